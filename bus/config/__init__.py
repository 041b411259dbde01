"""The configuration: its models, and how a file becomes one."""
