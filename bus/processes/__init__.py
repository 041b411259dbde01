"""Process managers: pure functions from a state and an event to a new state, messages, work for people and timers."""
