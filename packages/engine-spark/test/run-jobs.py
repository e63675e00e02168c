"""Runs job.py of several folders in one process: run-jobs.py [{"program": …, "arguments": […], "kill": marker}, …]

A Spark context is started and stopped for each, as spark-submit does, but in one JVM.
"""

import json
import runpy
import sys

from pyspark.sql import SparkSession

for job in json.loads(sys.argv[1]):
    if job.get("kill"):
        open(job["kill"], "w").close()
    # Local mode fails a job with its first failed task, unless it says how often a task may fail.
    builder = SparkSession.builder.master("local[2,4]").config("spark.ui.enabled", "false")
    # The data is small: compiling a stage takes longer than interpreting it.
    builder.config("spark.sql.codegen.wholeStage", "false").getOrCreate()
    sys.argv = [job["program"], *job["arguments"]]
    runpy.run_path(job["program"], run_name="__main__")
