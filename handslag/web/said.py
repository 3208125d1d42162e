"""What the pages call things that no workflow names: guards that hold, roles, languages, how an organisation takes part."""

from __future__ import annotations

GUARDS = {
    "registration_noted": "the registration number is noted",
    "seats_filled": "the seats are filled",
    "facts_set": "the facts are given",
    "fact_is": "the fact is as wanted",
    "fact_at_least": "the figure is high enough",
    "open_cases_below": "the coordinator has room for the case",
    "records_at_least": "there are enough entries",
    "records_all": "every entry is complete",
    "baseline_given": "the baseline is given",
    "document_frozen": "the document is frozen",
    "signatories_named": "the signatories are named",
    "all_signed": "everybody has signed",
    "a_signature_missing": "a signature is missing still",
    "nothing_overdue": "nothing is overdue",
    "something_overdue": "something is overdue",
    "date_reached": "the day has come",
    "date_near": "the day is near",
}
ROLES = {
    "coordinator": "Coordinator",
    "deputy": "Deputy",
    "manager": "Manager",
    "municipal_owner": "Municipal owner",
    "head_of_department": "Head of department",
    "signatory_public": "Signatory",
    "auditor": "Auditor",
    "administrator": "Administrator",
    "intermediary": "Intermediary",
}
SPOKEN = {"da": "Danish", "en": "English", "nl": "Dutch"}
PARTS = {
    "company": "Company",
    "co_signatory": "Co-signatory",
    "support_member": "Support member",
    "intermediary": "Intermediary",
    "municipality": "Municipality",
}
