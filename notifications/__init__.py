"""Words and wires: renders mails, and sends what the outbox holds."""
