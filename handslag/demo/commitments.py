"""What companies and municipalities of the demonstration promise each other, as values of records."""

from __future__ import annotations

from datetime import date, timedelta

from handslag.demo.parts import AALBORG, Company

COMPANY = (
    ("Replace the oil boiler by a heat pump", "tonnes of CO2e a year", "-24", "scope1"),
    ("Buy electricity from new wind turbines", "share of electricity", "100 %", "scope2"),
    ("Electric vans for every delivery in town", "litres of diesel a year", "-6,500", "scope1"),
    ("Insulate the roof of the workshop", "MWh of heat a year", "-85", "scope2"),
    ("Halve the waste that is burnt", "tonnes of waste a year", "-12", "scope3"),
    ("Two places a year for young people out of work", "places a year", "2", "nothing"),
)
CITY = (
    ("Charging points at the depot", "Ejendomme"),
    ("A permit desk that answers within ten days", "Mobilitet"),
    ("Buy green products in the next tender", "Inkoop"),
)
EVIDENCE = ("invoice", "measurement", "photo")


def company_promises(company: Company, first: date, count: int = 3) -> list[dict[str, object]]:
    """Return what a company promises, the first due on `first`, then a quarter of a year apart."""
    start = sum(map(ord, company.key)) % len(COMPANY)
    found = []
    for n in range(count):
        title, indicator, target, reduces = COMPANY[(start + n) % len(COMPANY)]
        due = first + timedelta(days=91 * n)
        values: dict[str, object] = {"title": title, "due_on": due, "indicator": indicator, "target": target}
        if company.programme == AALBORG:
            reduced = "scope1" if n == 0 else reduces
            values |= {"owner": "Director", "evidence": EVIDENCE[n % 3], "additionality": "new", "reduces": reduced}
        else:
            values |= {"lead": "Owner", "support": "municipality, with advice"}
        found.append(values)
    return found


def city_promise(company: Company, owner: str, due: date) -> dict[str, object]:
    """Return what the municipality promises a company."""
    title, department = CITY[(sum(map(ord, company.key)) + len(owner)) % len(CITY)]
    values: dict[str, object] = {"title": title, "department": department, "owner": owner, "due_on": due}
    return values if company.programme == AALBORG else {**values, "support": "the company, with figures"}
