"""The English sentences of what guards answer, by reason code: what is missing, and what stands there now.

Placeholders name the reason's values. A value under a key ending in `_title` is a language map, a plain text, or a list of
these, to be chosen in the reader's language and joined; one ending in `_on` is a date in ISO form; other lists are joined.
Who can change the answer is added by the surface. `cel_false` has no sentence of its own: the guard declares what it needs.
"""

from __future__ import annotations

SENTENCES: dict[str, str] = {
    "registration_malformed": "{number} is not a {register} number: it must have {digits} digits",
    "registration_unknown_register": "{register} is not a register known here; known: {known}",
    "registration_noted.missing": "{number_title} is missing",
    "registration_noted.malformed": "{number_title} must have {digits} digits; it is now {number}",
    "registration_noted.check_digit": "the check digit of {register} number {number} is wrong; "
    "a person must look it up and set {confirmed_title}",
    "registration_noted.status": "{status_title} is missing for {register} number {number}",
    "seats_filled": "nobody is named as {missing_title}",
    "facts_set": "missing: {missing_title}",
    "fact_is": "{fact_title} must be {wanted_title}; it is now {now_title}",
    "fact_is.missing": "{fact_title} must be {wanted_title}; nothing is noted yet",
    "fact_at_least": "{fact_title} must be at least {minimum} {unit}; it is now {now}",
    "fact_at_least.missing": "{fact_title} must be at least {minimum} {unit}; nothing is noted yet",
    "fact_at_least.unless": "{fact_title} must be at least {minimum} {unit}, or {unless_title} be given; it is now {now}",
    "fact_at_least.missing_unless": "{fact_title} must be at least {minimum} {unit}, or {unless_title} be given; "
    "nothing is noted yet",
    "open_cases_below": "the coordinator must have fewer than {limit} open cases; there are {now} now",
    "open_cases_below.unless": "the coordinator must have fewer than {limit} open cases, or {unless_title} be given; "
    "there are {now} now",
    "open_cases_below.unknown": "the coordinator must have fewer than {limit} open cases; how many there are is not known",
    "records_at_least": "{list_title}: at least {n} needed; there are {now} now",
    "records_at_least.incomplete": "{list_title}: at least {n} complete ones needed; {now} of {there} are complete now, "
    "missing somewhere: {missing_title}",
    "records_at_least.distinct": "{list_title}: at least {n} complete ones that differ in {field_title} needed; "
    "there are {now} different ones now",
    "records_all": "{list_title}: {field_title} must be given in every one; it is in {now} of {there} now",
    "records_all.among": "{list_title}: {field_title} must be {among_title} in every one; it is in {now} of {there} now",
    "baseline_given": "the baseline is not complete; missing: {missing_title}",
    "baseline_given.unless": "the baseline is not complete; missing: {missing_title}, or instead of it: {unless_title}",
    "document_frozen": "{document_title} is not frozen yet",
    "signatories_named": "at least {least} named for each party needed: {roles_title}; there are {now} now",
    "signatories_named.authority": "at least {least} with a noted authority to sign needed for each party: {roles_title}; "
    "{there} are named, {now} of them with authority",
    "all_signed": "{now} of {needed} have signed; missing: {roles_title}",
    "all_signed.not_frozen": "{document_title} is not frozen, so nothing can be signed yet",
    "all_signed.nobody": "nobody is named to sign as {roles_title}",
    "a_signature_missing": "this is only possible while a signature is missing; all {needed} are there now",
    "nothing_overdue": "nothing may be overdue; {now} late now, the longest: {rule_title}, due on {due_on}, "
    "{days} working days late",
    "nothing_overdue.longer": "nothing may be more than {longer_than} overdue; {now} are now, the longest: {rule_title}, "
    "due on {due_on}, {days} working days late",
    "something_overdue": "at least {n} must be overdue; {now} are now",
    "something_overdue.longer": "at least {n} must be more than {longer_than} overdue; {now} are now",
    "something_overdue.unless": "at least {n} must be overdue, or {unless_title} be given; {now} are overdue now",
    "something_overdue.longer_unless": "at least {n} must be more than {longer_than} overdue, or {unless_title} be given; "
    "{now} are now",
    "date_reached": "{fact_title} is {now_on}; that day has not come yet",
    "date_reached.missing": "{fact_title} is missing",
    "date_near": "{fact_title} is {now_on}; this is possible from {from_on}",
    "date_near.passed": "{fact_title} was {now_on}; this was possible until {until_on}",
    "date_near.missing": "{fact_title} is missing",
    "cel_false": "{guard}: the condition is not met",
    "cel_error": "{guard}: the condition cannot be worked out with what stands there now ({problem})",
}
