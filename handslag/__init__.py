"""The house: settings, wiring, command line, worker; the process, its files and its environment."""
