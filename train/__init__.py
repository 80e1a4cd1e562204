"""Training and evaluation of agents on the environments: the only place that imports torch, transformers and trl."""
