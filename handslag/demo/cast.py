"""Who plays: the invented organisations of both programmes; every name carries "(demo)", every address ends in example.org."""

from __future__ import annotations

from datetime import date
from typing import Any

from engine.programme import Absence
from handslag.demo.parts import AALBORG, AMSTERDAM, Company, Event

FIRST, LAST = date(2025, 6, 2), date(2026, 11, 30)
ABSENCES = (
    (AALBORG, Absence(person="anne", first=date(2026, 6, 1), last=date(2026, 6, 19), deputy="bo")),
    (AMSTERDAM, Absence(person="femke", first=date(2026, 7, 20), last=date(2026, 8, 7), deputy="daan")),
)


def _on(text: str) -> date:
    return date.fromisoformat(text)


def _company(programme: str, key: str, name: str, sector: str, people: str, opens: str, **more: Any) -> Company:
    """people: `Director, Contact`; events: `when what; when what`; silent, period: two days with a blank between."""
    director, contact = people.split(", ")
    for pair in ("silent", "period"):
        if pair in more:
            first, last = more[pair].split()
            more[pair] = (_on(first), _on(last))
    lines = [line.split() for line in more.pop("events", "").split(";") if line.strip()]
    more["events"] = tuple(Event(when=when, what=what) for when, what in lines)
    return Company(
        programme=programme, key=key, name=f"{name} (demo)", sector=sector, director=director, contact=contact,
        opens=_on(opens), **more,
    )  # fmt: skip


def _aalborg(*given: str, **more: Any) -> Company:
    return _company(AALBORG, *given, **more)


def _amsterdam(*given: str, **more: Any) -> Company:
    return _company(AMSTERDAM, *given, **{"language": "nl", "coordinator": "femke", "owners": ("youssef",), **more})


COMPANIES: tuple[Company, ...] = (
    # in force, each in its own way
    _aalborg("limfjord", "Limfjordens Maskinværksted ApS", "machine works", "Jens Bak, Karen Ry", "2025-06-02",
             temper="prompt", tier="frontrunner", score=88, language="en", events="2026-03-02 comment"),
    _aalborg("kystrug", "Kystvejens Rugbrød A/S", "bakery", "Mogens Tved, Dorte Lind", "2025-06-03",
             coordinator="bo", owners=("karen", "jonas"), events="2026-04-13 suppress; 2026-09-07 handover; 2026-11-23 hold"),
    _aalborg("nordlyst", "Nordlyst Vinduer A/S", "windows", "Hans Erik Juul, Pernille Sand", "2025-06-04", temper="prompt",
             financial_year_end="03-31", returns=("F2 2026-03-31", "F4 2026-03-31"), events="2026-05-11 hold"),
    _aalborg("fjordfragt", "Fjordfragt Transport ApS", "road transport", "Torben Krag, Lene Hald", "2025-06-05", temper="late",
             coordinator="bo", events="baseline+34 extend"),
    _aalborg("engholm", "Engholm Mejeri A/S", "dairy", "Birgit Engholm, Stig Ravn", "2025-06-10", owners=("jonas", "karen"),
             temper="prompt", city_lags=(26, 12, 31), blocked=True),
    # partnerships that meet trouble
    _aalborg("sydvarme", "Sydkajens Varmeteknik ApS", "heating", "Flemming Bro, Rikke Daa", "2025-06-12", temper="prompt",
             silent="2025-12-15 2026-12-31"),
    _aalborg("vestbeton", "Vestkajens Betonelementer A/S", "concrete", "Kurt Vester, Mona Rask", "2025-06-16", temper="prompt",
             coordinator="bo", silent="2026-03-20 2026-06-08"),
    _aalborg("dalgas", "Dalgårdens Gartneri ApS", "nursery", "Svend Dalgård, Ida Bune", "2025-06-18", temper="prompt",
             silent="2026-06-10 2026-12-31", stays_in="recovery"),
    _aalborg("skibsbyg", "Odde Skibsbyg ApS", "boat building", "Poul Hvid, Tina Marsk", "2025-06-19", temper="prompt",
             coordinator="bo", events="2026-08-24 merge"),
    _aalborg("klitbo", "Klitbo Feriecenter A/S", "holiday centre", "Gerda Klit, Jan Oue", "2025-06-23", temper="prompt",
             events="2026-05-04 notice"),
    _aalborg("tangtek", "Tangteknik Nord ApS", "food technology", "Anders Tang, Maja Vig", "2025-06-24", temper="prompt",
             coordinator="bo", events="2026-02-16 pause"),
    _aalborg("museum", "Museet for Vind og Vand", "museum", "Inger Holt, Bent Sø", "2025-06-25", temper="prompt",
             events="2026-09-21 pause_long"),
    _aalborg("trykhus", "Trykhuset ved Broen A/S", "print", "Otto Ladegård, Sanne Bisp", "2025-08-18",
             coordinator="bo", owners=("karen",), events="approval+3 slip; signing+4 new_signatory"),
    _aalborg("kornlund", "Kornlund Foder A.m.b.a.", "feed mill", "Ejnar Kornlund, Vibe Slot", "2025-09-01", temper="prompt",
             address="vibe.slot@kornlund..example.org", events="2025-12-08 new_address; 2026-11-02 short_notice"),
    # partnerships taken over from the years before
    _aalborg("oestervang", "Østervang Vaskeri ApS", "laundry", "Lars Østervang, Ruth Eng", "2025-06-26", coordinator="bo",
             period="2023-05-31 2026-05-31", renewal="close"),
    _aalborg("glarmester", "Glarmesterværkstedet Nordstjernen", "glazier", "Aksel Nord, Grethe Bo", "2025-06-27",
             period="2022-09-15 2025-09-15"),
    _aalborg("biogas", "Bakkelandets Biogas A/S", "biogas", "Niels Bakke, Jytte Fald", "2025-06-30", coordinator="bo",
             period="2024-03-31 2027-03-31"),
    _aalborg("savvaerk", "Rold Ådals Savværk ApS", "saw mill", "Frode Ådal, Lis Gran", "2025-06-30",
             period="2023-12-31 2026-12-31", renewal="renew", stays_in="approval"),
    # those that never signed
    _aalborg("kaffe", "Kaffebrænderiet Kattegat ApS", "coffee roaster", "Mikkel Kat, Sofie Brink", "2025-08-20",
             coordinator="bo", silent="2025-11-03 2026-12-31", decline_reason="no_answer"),
    _aalborg("kiosk", "Stationskiosken Perronen", "kiosk", "Yrsa Perron, Yrsa Perron", "2025-10-06", score=38,
             decline_reason="not_suitable"),
    # the newest, one in each phase
    _aalborg("cykel", "Cykelsmedjen Vindrosen ApS", "bicycles", "Ulla Rose, Emil Kæde", "2026-11-16", stays_in="candidate"),
    _aalborg("tagdaek", "Tagdækkerne Under Skyen A/S", "roofing", "Per Sky, Nanna Tag", "2026-10-26", coordinator="bo",
             stays_in="screening"),
    _aalborg("hotel", "Hotel Fyrtårnet Vest A/S", "hotel", "Camilla Fyr, Oskar Lys", "2026-09-14", stays_in="dialogue",
             temper="prompt", events="dialogue+4 slip_back"),
    _aalborg("kemi", "Vigens Salt og Sæbe ApS", "soap factory", "Knud Salt, Tove Skum", "2026-08-31", coordinator="bo",
             temper="prompt", stays_in="baseline"),
    _aalborg("robot", "Robotgården Himmerland ApS", "farm robots", "Astrid Led, Villads Kop", "2026-08-10", score=52,
             tier="starter", temper="prompt", stays_in="actions", events="screening+6 override"),
    _aalborg("renovering", "Renoveringslauget Muren", "builders", "Gudrun Sten, Ib Mørtel", "2026-08-10", coordinator="bo",
             temper="prompt", stays_in="drafting"),
    _aalborg("fiskeri", "Fiskernes Isværk A.m.b.a.", "cold store", "Kaj Torsk, Bodil Is", "2026-05-18", owners=("karen",),
             temper="steady", stays_in="signing"),
    # Amsterdam
    _amsterdam("bakkerij", "Bakkerij De Derde Korst B.V.", "bakery", "Wim Korst, Sanne Deeg", "2025-06-02", temper="prompt"),
    _amsterdam("fiets", "Grachten Fietskoeriers B.V.", "bike courier", "Bram Trapper, Noor Zadel", "2025-06-03",
               coordinator="daan", owners=("ilse",), events="2026-02-10 hold"),
    _amsterdam("was", "Wasserij Het Witte Laken B.V.", "laundry", "Ria Laken, Kees Stoom", "2025-06-10", temper="late",
               city_lags=(22, 24)),
    _amsterdam("drukkerij", "Drukkerij Aan de Amstelbocht", "print shop", "Jaap Inkt, Lotte Vel", "2025-06-12", temper="prompt",
               coordinator="daan", events="2026-06-15 leave"),
    _amsterdam("hotelams", "Hotel De Stille Brug B.V.", "hotel", "Mirjam Brug, Teun Lobby", "2025-06-16", language="en",
               temper="prompt", returns=("company_commitments",), events="2026-03-16 suppress"),
    _amsterdam("bloemen", "Bloemengroothandel Tulpenveer", "florist wholesale", "Hans Veer, Roos Knop", "2025-06-18",
               period="2023-11-30 2025-11-30", renewal="close", coordinator="daan"),
    _amsterdam("sport", "Sportschool De Lange Adem", "gym", "Ahmed Adem, Fleur Halter", "2025-06-19",
               period="2024-02-29 2026-02-28"),
    _amsterdam("catering", "Catering Rond de Tafel B.V.", "catering", "Dirk Tafel, Anouk Lepel", "2025-06-20",
               period="2024-12-15 2026-12-15", coordinator="daan"),
    _amsterdam("kapper", "Kapsalon Krul op Zuid", "hairdresser", "Fatima Krul, Fatima Krul", "2025-09-08",
               silent="2025-11-10 2026-12-31", decline_reason="no_answer"),
    _amsterdam("repair", "Reparatiestudio Tweede Leven", "repair studio", "Joost Schroef, Iris Lijm", "2026-11-09",
               stays_in="prepare", coordinator="daan"),
    _amsterdam("speelgoed", "Speelgoedmakerij Houten Paard", "toy maker", "Klaas Paard, Mia Zaag", "2026-10-05",
               stays_in="identify"),
    _amsterdam("brouwerij", "Brouwerij De Natte Kat B.V.", "brewery", "Sjoerd Hop, Elin Mout", "2026-09-14", temper="prompt",
               stays_in="engage", coordinator="daan"),
    _amsterdam("mode", "Modeatelier Naad en Draad", "tailor", "Pim Naad, Vera Draad", "2026-08-24", temper="prompt",
               stays_in="design"),
    _amsterdam("zeep", "Zeepziederij IJoever B.V.", "soap maker", "Hugo Zeep, Julia Schuim", "2026-08-17", owners=("ilse",),
               coordinator="daan", temper="prompt", stays_in="agree"),
)  # fmt: skip
