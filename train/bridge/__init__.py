"""Between scenarios and models: what a model sees and calls, how TRL is told of it, and which model a name means."""
