"""A doctor is absent: who could take the visits, what became of each family, and taking it back."""
