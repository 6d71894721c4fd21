"""A clinic over months: freed times by our list, and by two simpler ways, on the same chances.

Every chance is the answer to a question (`chance.Chance`), and the same question has the same
answer whoever asks it and when: so all three ways meet the same families, who want the same, like
the same times, answer as quickly and cancel the same visits.
"""
