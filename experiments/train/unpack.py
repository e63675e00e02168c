"""Writes each array of an .npz file as an .npy file: usage unpack.py FILE.npz FOLDER"""
import os, sys
import numpy as np

os.makedirs(sys.argv[2], exist_ok=True)
arrays = np.load(sys.argv[1])
for name in arrays.files: np.save(os.path.join(sys.argv[2], name + ".npy"), arrays[name])
