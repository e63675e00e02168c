"""Runs job.py of several folders in one process: run-jobs.py [{"program": …, "arguments": […], "kill": marker}, …]

All share one session and its workers, which spark-submit would start for each: no job's own end stops it.
"""

import json
import runpy
import sys

from pyspark.sql import SparkSession

stop = SparkSession.stop
SparkSession.stop = lambda session: None

for job in json.loads(sys.argv[1]):
    if job.get("kill"):
        open(job["kill"], "w").close()
    # Local mode fails a job with its first failed task, unless it says how often a task may fail.
    builder = SparkSession.builder.master("local[2,4]").config("spark.ui.enabled", "false")
    # Each job sends its workers files of the same names.
    builder.config("spark.files.overwrite", "true")
    # The data is small: compiling a stage takes longer than interpreting it.
    session = builder.config("spark.sql.codegen.wholeStage", "false").getOrCreate()
    sys.argv = [job["program"], *job["arguments"]]
    runpy.run_path(job["program"], run_name="__main__")

stop(session)
