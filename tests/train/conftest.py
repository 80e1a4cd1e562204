"""Settings that the libraries of training read when they are imported."""

import os

from train.run import ENVIRONMENT

os.environ.update(ENVIRONMENT)
