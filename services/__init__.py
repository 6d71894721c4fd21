"""What the clinic does: the model, the rules, the use cases and the ports they need.

Imports the standard library and itself, nothing else.
"""
