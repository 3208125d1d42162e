"""English sentences of the reasons that the engine and the house answer; the catalogs in `locale/` hold the others.

Lower-case start and no full stop, because a sentence stands in a table or after a colon; only the `why.` sentences end
a mail and are whole. `{name}` is filled from the reason's values. One more reason: one line here and one in each catalog.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.sentences_guards import SENTENCES as GUARDS

# How a promise ended, or why it is held.
PROMISES: Mapping[str, str] = {
    "sent": "sent",
    "done": "done",
    "overtaken": "a later reminder of the same item was due",
    "born_past": "its time had already passed when it was planned",
    "registered_late": "the item was registered after this reminder's day",
    "paused": "the case is paused",
    "left_phase": "the case has left the phase",
    "fulfilled": "it has been done",
    "submitted": "it has been submitted and waits for an answer",
    "date_moved": "the date was moved",
    "case_closed": "the case was closed",
    "cancelled_item": "the item was cancelled",
    "seat_changed": "somebody else has taken over the seat",
    "nobody": "nobody holds the seat {role}",
    "no_address": "{name} has no mail address",
    "undeliverable": "mail to {email} cannot be delivered",
    "waits_for_municipality": "the municipality has to act first",
    "suppressed_by": "{by} decided that it is not sent: {reason}",
    "restored": "it fell due before the database was restored",
    "superseded": "a newer plan has replaced it",
    "corrected": "the case was corrected",
    "undone": "the move that caused it was undone",
    "given_up": "the mail server did not take it: {words}",
    "not_allowed_address": "{email} is not on the allow list of this installation",
    "taken_over": "it was taken over by somebody else",
    "condition_gone": "its condition no longer holds",
    "moved_already": "the case has already made this move",
    "quiet_window": "it waits for the end of the quiet days on {until_on}",
    "sending_hours": "it waits for the sending hours",
    "free_day": "it waits for the next working day",
    "held_by": "{by} holds it back until {until_on}",
}

# Why a person gets a mail.
WHY: Mapping[str, str] = {
    "why.owner": "You get this mail because you are responsible for this.",
    "why.deputy": "You get this mail because you stand in for {for_whom}.",
    "why.copy": "You get this mail as a copy.",
    "why.signatory": "You get this mail because you are named to sign the agreement.",
    "why.manager": "You get this mail because you lead the partnership programme.",
    "why.party": "You get this mail because your organisation is a party to the partnership.",
    "why.coordinator": "You get this mail because you coordinate this case.",
    "why.record_owner": "You get this mail because you are named as responsible for this commitment.",
    "why.intermediary": "You get this mail because you brought this company into the programme.",
    "why.move": "You get this mail because the case has moved on.",
}

# Why something is refused.
REFUSALS: Mapping[str, str] = {
    "refused": "this is not possible here",
    "move_not_allowed": "the move {transition} is not possible in the phase {phase}; possible here: {allowed}",
    "guards_unmet": "the move is not possible yet, because conditions are not met",
    "not_permitted": "only these roles may do this: {roles}",
    "not_a_move": "only a move that a person made can be undone; put the case right with a correction of the phase",
    "undo_too_late": "this move could be undone until {until_at}; put the case right with a correction of the phase",
    "undo_mail_left": "mail {mail} of this move has left or is just leaving; put the case right with a correction of the phase",
    "undo_overtaken": "{by} has changed the case since ({did}, {at}); put it right with a correction of the phase",
    "stands_otherwise": "it stands differently by now; look at it again",
    "ends_by_move": "the deadline of a phase ends with a move out of it",
    "ends_by_signature": "this ends with a signature",
    "no_extension": "the method allows no extension here",
    "extended_once": "it was extended already; that is possible once",
    "in_future": "it cannot have happened in the future",
    "before_last": "it cannot have happened before the last entry of the case; a wrong entry is put right with a correction",
    "being_sent": "this mail is being sent right now",
    "not_planned": "only what is still planned can be held back",
    "not_ended": "this mail has not left yet; it will leave by itself",
    "sent_again": "it was sent again already, as promise {again}; send that one again",
    "nobody_to_write": "there is nobody to write to in this seat",
    "nothing_frozen": "no document is frozen for signing yet",
    "other_document": "the document signed is not the frozen one",
    "signed_already": "this seat has signed already",
    "number_taken": "{register} {number} belongs to another organisation already",
    "case_conflict": "{by} changed the case first ({did}, {at}); look at it again and repeat what still applies",
    "plan_changed": "what would happen has changed since you looked; look at the new plan before you confirm",
    "unauthenticated": "nobody is known by this: a token is missing, is over, or was revoked",
    "token_scope": "this token is for reading only",
    "key_reused": "this idempotency key stands for another request; take a fresh one",
    "bad_request": "the body cannot be read",
    "method_not_allowed": "this cannot be done here",
    "media_type": "this kind of body is not known here",
    "too_large": "this is too large",
    "too_many": "this was too much at once; try again in a while",
    "not_found": "there is no such thing, or you may not see it",
    "bad_input": "the input has faults, and nothing was changed",
    "text_fails": "the text of mail {mail} ({language}) cannot be written: {problem}",
    "environment": "the surroundings of Handslag are not right",
    "error": "something went wrong",
}

# Said instead where a value of the full sentence is not known: a promise keeps only the code of its end.
BARE: Mapping[str, str] = {
    "nobody": "nobody holds the seat",
    "no_address": "there is no mail address",
    "undeliverable": "mail to this address cannot be delivered",
    "suppressed_by": "a person decided that it is not sent",
    "given_up": "the mail server did not take it",
    "not_allowed_address": "the address is not on the allow list of this installation",
    "quiet_window": "it waits for the end of the quiet days",
    "held_by": "a person holds it back",
    "why.deputy": "You get this mail because you stand in for the person responsible.",
    "move_not_allowed": "the move is not possible in this phase",
    "not_permitted": "your roles do not allow this",
    "case_conflict": "somebody else changed the case first; look at it again and repeat what still applies",
    "text_fails": "the text of a mail cannot be written",
    "cel_error": "the condition cannot be worked out with what stands there now",
}

# Words of the mails' own frame, which no city writes.
LABELS: tuple[str, ...] = (
    "(+{n} more)",
    "{n} things are due",
    "{n} messages for you",
    "What to do",
    "Reply to this mail and keep {token} in the subject.",
    "Your reply goes to {address}.",
    "Case",
    "yes",
    "no",
)

SENTENCES: Mapping[str, str] = {**GUARDS, **PROMISES, **WHY, **REFUSALS}
