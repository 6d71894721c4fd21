"""Who is offered a freed time, in which order, how and when: plain functions."""
