"""The absent doctor: who, when, what then; how families answered."""
