"""What is changed in a programme rather than in a case: people, absences, calendar, settings, sending.

Each is a use case that every surface calls, asks the policy, and leaves an entry in the programme's log.
"""
