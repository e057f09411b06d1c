"""The made-up school: its classes and children, what the visits are about, and notes as she would write them.

Nobody here exists. The names are as awkward as in a real district: accents, two scripts of right-to-left
writing, one word only, sixty characters, brackets, two children of one name in one class.
"""

from dataclasses import replace

from observe.domain.frozen import dataclass
from observe.domain.roster import RosterFile, RosterSection, RosterStudent

OBSERVER = "Robin Halloran-Vega"
LEAVES = "Tomasz Wójcik"
"""Moves away on the third day."""
ACCELERATED = "陳昱廷 * mathematics, science"
"""The line of a fourth grader who takes mathematics with grade 5, and so is in two sections."""


@dataclass(frozen=True, slots=True)
class Class:
    """A section, when it meets (wall clock), and what its visits are about.

    `students`: a name a line, with ` * area` behind an identified child; in seat order.
    """

    name: str
    teacher: str
    room: str
    period: str
    grade: str
    begins: str
    minutes: int
    groups: tuple[str, ...]
    titles: tuple[str, ...]
    students: str


CLASSES = (
    Class(
        "Grade 3 Language Arts", "Ms. Ivers", "9", "1", "3", "08:25", 40,
        ("Retell", "Compare", "Author's choice"),
        ("Two versions of one fairy tale", "What makes a narrator fair?", "Drafts: show, do not tell",
         "Poems that argue", "A new ending, and is it earned?"),
        """Ana [Ani] O'Neil-Núñez
Marcus Bell
Nguyễn Thị Minh Khai * reading
Saoirse Ní Dhomhnaill
Jo Park
Emma Johnson
Zoë Müller-Brandt
محمد الأحمد
Kaʻiulani Kealoha
DeShawn Whitfield III
Emma Johnson
Priya Raghunathan * reading, writing
Tomasz Wójcik
Beatriz Sá Carneiro
Henry Abbott
Meti
Lucía Peña
Isaac Goldberg
Fatoumata Diallo * writing
Owen Clark""",
    ),
    Class(
        "Grade 4 Math", "Ms. Okafor", "12", "2", "4", "09:20", 45,
        ("Number line", "Compare by reasons", "Find the rule"),
        ("Fractions: which is closer to 1?", "Fractions between fractions", "Area models that lie",
         "Remainders with a story", "Does order matter?"),
        """Amara Nwosu * mathematics
Maximiliana Guadalupe de la Cruz Villaseñor-Etxeberria Arana
Tyler Brooks
נועה לוי
Mateo Ibáñez
Siobhán D'Arcy
Jayden Lee
Thandiwe * mathematics
Łukasz Żak
Hana Sato * mathematics
Cristóbal de la O
Mia Thompson
Mary-Kate van der Berg
Ravi Subramaniam * mathematics, creativity
Jennifer Null
Noor Al-Haddad
Caleb Young
İpek Yıldız
Grace Kim""",
    ),
    Class(
        "Grade 5 Math", "Mr. Sato", "20", "3", "5", "10:30", 40,
        ("Tables and graphs", "Patterns", "Prove it"),
        ("Patterns that grow", "Is it always true?", "Decimals and their neighbors", "Volume without a formula",
         "Fair games, unfair games"),
        """Ethan Walker
王小明 * mathematics
Chloé Lefèvre
Alejandra Ruiz-Ocampo
Sam Ng
Babajide Ọlátúnjí
Dmytro Kovalenko
Ella Fitzpatrick * mathematics, leadership
علی‌رضا کریمی
Jean-Luc N'Diaye
Ava Robinson
Björn Þórsson
Kiara Jackson
Anh Lê
Miles O'Brien * mathematics
Paloma Quispe Mamani
Logan Reed
Ying Yang Xiong""",
    ),
    Class(
        "Grade 4 Science", "Ms. Okafor", "12", "4", "4", "12:35", 40,
        ("Observe", "Test one thing", "Own question"),
        ("Circuits: what breaks it?", "Fair tests", "Sound you can see", "Models and what they leave out",
         "Food webs with a piece missing"),
        """陳昱廷 * mathematics, science
Lily Anderson
Omar Haddad
Xóchitl Hernández-Tuyuc
Benjamin Stein
Nevaeh Carter
Søren Kjær
Aaliyah Washington * science
김서연 * science
Dominic D'Angelo
Ruth Tesfaye
Jamal Greene
Sukarno
Ingrid Åkesson * science
Peter Ostrowski
Camila Restrepo
Eli Cohen
Hunter Davis
Zahra Mirzaei""",
    ),
    Class(
        "Grade 6 Humanities", "Mrs. Reyes-Whitaker", "31", "5", "6", "13:40", 45,
        ("Sources", "Two sides", "Claim and test"),
        ("Who wrote this, and why?", "One event, three tellers", "A law for the river", "Maps that argue",
         "What counts as evidence?"),
        """Violet Harper
आरव शर्मा * humanities
Luis Ángel Domínguez
Hannah-Rose McAllister
Kofi Mensah
Šárka Nováková
Jackson Miller
يوسف حداد
Renée St. John
Oluwaseun Adébáyọ̀ * writing, leadership
Abigail Turner
Minh Trần
Solomon Levi-Katz
Daniela Fuentes
Tariq Hussain
Brooke Sullivan * humanities
Connor Hughes
Makana Ōkubo
Faith Robinson""",
    ),
)  # fmt: skip

NOTES: dict[str, tuple[str, ...]] = {
    "deep": ("two drawings for one sum, and which is more honest?", "crossed out a right answer to find a better one"),
    "off": ("tired today, came in late", "chair trouble, moved to the window"),
    "waiting": ("done after four minutes, nothing to go on with", "helping others, not by choice", "reads instead"),
    "known": ("did this last year with me", "wrote all six answers before the sheet was out"),
    "stretch": ("first time I saw an eraser here", "went back to the first step alone"),
    "strain": ("needs the tiles once more", "asked for the rule instead of trying"),
    "insight": ("rule before the third example", "saw that the two tables are one table"),
    "question": ("asked whether zero is allowed to break it", "how do they know that?"),
    "connect": ("like the water cycle, but with money", "the word has the same piece in Spanish"),
    "original": ("own method, holds for all cases we tried", "a pun that was also the point"),
    "drive": ("took the hard one home", "would not let me give the hint"),
    "lead": ("asked the quiet one first", "settled who measures, everybody agreed"),
    "analyze": ("eleven seconds, nobody moved, then four hands",),
    "create": ("kept for the wall",),
}  # fmt: skip
PRIVATE_NOTE = "ask about this before saying more"


def children(of: Class) -> tuple[RosterStudent, ...]:
    """The class as a roster gives it. Everybody has a school number; a child in two classes has the same in both."""
    found = [_child(of, seat) for seat in range(len(of.students.splitlines()))]
    if of.name == "Grade 5 Math":
        science = CLASSES[3]
        guest = _child(science, science.students.splitlines().index(ACCELERATED))
        found.append(replace(guest, group=of.groups[2]))
    return tuple(found)


def _child(of: Class, seat: int) -> RosterStudent:
    name, _, area = of.students.splitlines()[seat].partition(" * ")
    return RosterStudent(
        name=name,
        school_id=str(204_000 + 100 * CLASSES.index(of) + seat),
        grade=of.grade,
        identified=bool(area),
        area=area or None,
        group=of.groups[2] if area else of.groups[seat % 2 + (seat % 7 == 0)],
    )


def roster(without: frozenset[str] = frozenset()) -> RosterFile:
    """The school's roster as one file; `without` are names of children who have moved away."""
    return RosterFile(
        tuple(
            RosterSection(
                name=one.name,
                teacher=one.teacher,
                room=one.room,
                period=one.period,
                grade=one.grade,
                students=tuple(child for child in children(one) if child.name not in without),
            )
            for one in CLASSES
        )
    )
