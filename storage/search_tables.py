"""What cases are found by: one row of folded words for each, behind which each database keeps its own full-text index.

The row is an ordinary one, the same on both databases: written in the transaction that changes what it is made of, copied and
saved with the rest. `storage.search_index` makes the index over it, which the database itself keeps.
"""

from sqlalchemy import Text
from sqlmodel import Field, Index

from storage.columns import Rows

INDEX = "case_words_index"


class CaseWordsRow(Rows, table=True):
    """The words of a case, folded by `engine.search_words`, with a space between them.

    card: its number, companies and contacts, and the scope `_<programme id>`; said: what was commented, empty for nothing.
    """

    __tablename__ = "case_words"
    __table_args__ = (Index("ix_case_words_programme_id", "programme_id", "case_id"),)

    case_id: int = Field(primary_key=True, foreign_key="cases.id", sa_column_kwargs={"autoincrement": False})
    programme_id: int = Field(foreign_key="programme.id")
    card: str = Field(sa_type=Text)
    said: str = Field(sa_type=Text)
