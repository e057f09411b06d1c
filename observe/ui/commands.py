"""Every action of the screens, declared once: id, key, label, tooltip.

From here come the keys, the palette, the help and what stands on the pads. Ids are public: a user's own
keys name them. Codes of a protocol become commands too, with the keys the protocol gives them.
"""

from dataclasses import replace

from observe.domain.frozen import dataclass
from observe.domain.protocol import Channel, Code, Protocol


@dataclass(frozen=True, slots=True)
class Command:
    """One action. `key`: a character or the name of a key, or two with a space for one after the other.

    `label`, then `short`: ever shorter words for narrow pads. `tooltip`: what it does, in a sentence.
    """

    id: str
    key: str
    label: str
    tooltip: str
    short: tuple[str, ...] = ()
    group: str = ""

    @property
    def labels(self) -> tuple[str, ...]:
        """The label and its shorter forms."""
        return (self.label, *self.short)

    @property
    def key_word(self) -> str:
        """The key as it stands on a pad."""
        return key_word(self.key)


_WORDS = {"escape": "esc", "pagedown": "PgDn", "pageup": "PgUp", "backspace": "bksp"}


def key_word(key: str) -> str:
    """A key as it is written on a pad: `esc` for escape, `t1` for t and then 1."""
    return "".join(_WORDS.get(stroke, stroke) for stroke in key.split(" "))


def code_id(channel: str, code: str) -> str:
    """The id of the command that logs this code."""
    return f"code.{channel}.{code}"


def step_id(channel: str, modifier: str) -> str:
    """The id of the command that steps through the choices of this modifier."""
    return f"step.{channel}.{modifier}"


STUDENTS, ACTIONS, MENU = "Students", "Actions", "Menu"

LIVE = (
    Command("everyone", "0", "Everyone", "The next tap is about the whole class.", ("All",), STUDENTS),
    Command(
        "letter", "/", "Student by letter", "Then the letter on the tile. Shift and the letter does it at once.",
        group=STUDENTS,
    ),
    Command("unseen", "-", "Not yet seen", "Chooses the student unseen longest. Logs nothing.", ("Unseen",), STUDENTS),
    Command("left", "left", "Tile to the left", "Chooses the student before.", group=STUDENTS),
    Command("right", "right", "Tile to the right", "Chooses the next student.", group=STUDENTS),
    Command("up", "up", "Tile above", "Chooses the student in the row above.", group=STUDENTS),
    Command("down", "down", "Tile below", "Chooses the student in the row below.", group=STUDENTS),
    Command("page", "pagedown", "More", "Shows the other students.", group=STUDENTS),
    Command(
        "look", ",", "Look at everyone", "One look at each student in turn: what is rated goes on to the next.",
        ("Look",), STUDENTS,
    ),
    Command(
        "unseen_list", "_", "Who is not seen", "All who were not yet seen, to choose one or to look at these alone.",
        ("Not seen", "Unseen"), MENU,
    ),
    Command(
        "look_unseen", "", "Look at these", "One look at each who was not yet seen. In no share of everyone.",
        ("Look",), STUDENTS,
    ),
    Command(
        "look_order", "", "Look order", "Of the next look at everyone: by seat, at random, or least seen first.",
        ("Order",), MENU,
    ),
    Command(
        "focal", "", "Focal looks", "Every two minutes six students are dealt, each with 20 seconds for a look.",
        ("Focal",), MENU,
    ),
    Command(
        "groups", "[", "Pick group", "The chosen child goes to another; else one for the next taps.",
        ("Group",), STUDENTS,
    ),
    Command("group_move", "", "Move", "Then a child and a group: two taps. Again: choose a group.", group=STUDENTS),
    Command("group_none", "", "No group", "The chosen child is in no group from now on.", ("None",), STUDENTS),
    Command("group_new", "", "New group", "The chosen child begins a new group.", ("New",), STUDENTS),
    Command("group_more", "", "More", "Shows the other groups.", group=STUDENTS),
    Command("skip", ".", "Skip", "In a look at everyone: not observed, on to the next.", group=STUDENTS),
    Command("back", "<", "Previous", "In a look at everyone: one student back.", ("Back",), STUDENTS),
    Command("undo", "u", "Undo", "Takes back the last thing done, a choice of student too.", group=ACTIONS),
    Command("redo", "y", "Redo", "Does again what was taken back.", group=ACTIONS),
    Command(
        "strip", "backspace", "Mend the last one",
        "What the strip offers: the other child, who answered, with whom, since when.", ("Mend",), ACTIONS,
    ),
    Command("again", "enter", "Same again", "Logs the last code again, for the student chosen now.", group=ACTIONS),
    Command(
        "note", "i", "Note", "A line about what was just logged. A tap leaves a flag, to be written at wrap-up.",
        group=ACTIONS,
    ),
    Command("privacy", "p", "Hide names", "Initials instead of names, everywhere at once.", ("Hide",), ACTIONS),
    Command("help", "?", "Help", "The keys; with the cursor on a pad, what that code means.", group=ACTIONS),
    Command("cursor_left", "shift+left", "Cursor left", "Moves the cursor over the pads.", group=ACTIONS),
    Command("cursor_right", "shift+right", "Cursor right", "Moves the cursor over the pads.", group=ACTIONS),
    Command("cursor_up", "shift+up", "Cursor up", "Moves the cursor over the pads.", group=ACTIONS),
    Command("cursor_down", "shift+down", "Cursor down", "Moves the cursor over the pads.", group=ACTIONS),
    Command("menu", "escape", "Menu", "Closes what is open; else opens the menu.", group=ACTIONS),
    Command("more", "", "More", "Spark, note and the other actions.", group=ACTIONS),
    Command("wrap", "", "Wrap-up", "Ends the visit and shows its summary.", group=MENU),
    Command("so_far", "", "So far", "The wrap-up as it is until now; the visit goes on.", group=MENU),
    Command("last_twenty", "=", "Last twenty", "What was logged last, each to be put right.", ("Last 20",), MENU),
    Command("pause", "", "Pause", "Time until it goes on counts nowhere: a fire drill, called away.", group=MENU),
    Command("away", "", "Who is away", "Mark the tiles of students who are not here.", ("Away",), MENU),
    Command(
        "asker_on", "", "Teacher's questions", "Log questions of the teacher too. Agree on it first.",
        ("Teacher asks", "Teacher"), MENU,
    ),
    Command("all_on", "", "All pads on", "Lights the rows that are dim in the first visits.", ("All on",), MENU),
    Command("leave", "", "To Today", "The visit goes on; Today leads back to it.", group=MENU),
    Command("plan", "]", "Plan", "What is on now and who does what; a tap on a question asks it.", group=MENU),
    Command("plan_more", "", "More", "The rest of the plan.", group=MENU),
)  # fmt: skip

BACK = Command("back", "escape", "Back", "Back to where you were.")
NO_CLASS = Command("no_class", "0", "No class", "A visit without a roster: codes about everyone.")
OBSERVER = Command("observer", "y", "Your name", "As it stands in visits and reports.", ("Name",))
SETTINGS_PAGE = Command("settings", "o", "Settings", "Your name, hands, colours, and what is lit.", ("Setup",))
PRIVACY = Command("privacy", "p", "Hide names", "Initials instead of names, everywhere at once.", ("Hide",))
HELP = Command("help", "?", "Help", "What the keys do.")
QUIT = Command("quit", "q", "Leave", "Closes the app.")
"""Those that several pages have."""

TODAY = (
    Command("end_last", "l", "End at last log", "Ends the open visit at the last thing logged.", ("End, last",)),
    Command("end_plan", "k", "End as planned", "Ends the open visit when it was planned to end.", ("As planned",)),
    Command("end_now", "e", "End now", "Ends the open visit now."),
    Command("began_0", "n", "Began now", "The visit begins now.", ("Now",)),
    Command("began_5", "f", "5 min ago", "The visit began five minutes ago.", ("5 min",)),
    Command("began_10", "t", "10 min ago", "The visit began ten minutes ago.", ("10 min",)),
    Command("began_plan", "w", "When planned", "The visit began when it was planned to.", ("Planned",)),
    NO_CLASS,
    Command("plan", "g", "Plan", "The co-planning card of the visit that is chosen, or the next one."),
    Command("week", "b", "Week", "The schedule: planned and held, meetings, what was missed and why."),
    Command("students", "i", "Students", "Who was seen and who was not, what was offered, sparks over visits."),
    Command("teachers", "a", "Teachers", "What was modelled and taken up, promises, the working agreement."),
    Command("trends", "m", "Trends", "Is it changing: a class, a student, your own minutes, by week."),
    Command("day", "d", "Day", "The review of the day."),
    Command("roster", "r", "Roster", "Names, seats and letters of a class."),
    Command("classes", "c", "Add a class", "From a file, typed in, or of seats alone.", ("Add",)),
    OBSERVER,
    Command("sharing", "s", "Sharing", "The shared folder: what is in it, who has seen it, and what stays here."),
    SETTINGS_PAGE,
    Command("research", "h", "Research", "Practice sets, the glossary, focal looks: what few use."),
    PRIVACY,
    HELP,
    QUIT,
)

ROSTER = (
    BACK,
    Command("section", "s", "Class", "The next class."),
    Command("new", "n", "New names", "Types names onto the list; a * marks an identified student.", ("New",)),
    Command("rename", "e", "Rename", "Puts the name of the chosen student right.", ("Name",)),
    Command("letter", "l", "Letter", "Gives the chosen student another letter."),
    Command("identified", "i", "Identified", "Yes, no, or not known.", ("Ident.",)),
    Command("absent", "a", "Here", "Here today or not, while a visit to this class is open."),
    Command(
        "gone", "g", "Left class", "The chosen student left this class, or came back. Nothing is deleted.", ("Left",)
    ),
    Command("spell", "/", "By letters", "Then the one or two letters of a student: chosen."),
    Command("move", "m", "Move", "The chosen student changes seats with the one tapped next."),
    PRIVACY,
    HELP,
)

WELCOME = (
    Command("import", "1", "Import a roster", "A CSV file or a OneRoster folder or zip."),
    Command("type", "2", "Type a class in", "Its name, the teacher, and one name a line."),
    Command("seats", "3", "Just seats", "A class of numbered seats; names can be given later."),
    Command("demo", "4", "Try the demo", "A made-up school, in a home of its own."),
    NO_CLASS,
    Command("partial", "5", "Take the rest in", "Imports the rows that can be taken in."),
    OBSERVER,
    Command("sharing", "s", "Sharing", "Join the team of another device of yours, through a shared folder."),
    SETTINGS_PAGE,
    Command("today", "escape", "Today", "To Today, as soon as there is a class."),
    HELP,
    QUIT,
)

WRAP = (
    Command("today", "escape", "Today", "Back; from a visit that has ended, to Today."),
    Command("glow", "g", "Glow", "Write what went well."),
    Command("try_next", "r", "Try next", "Write what to try next.", ("Try",)),
    Command("next_visit", "n", "Next visit", "Write what is for the next visit.", ("Next",)),
    Command("correct", "c", "Correct", "The last things logged, each to be put right.", ("Fix",)),
    Command("share", "e", "Share", "The teacher's page: no student on it. To look at first, then as a file."),
    Command("talk", "t", "Two minutes", "The page for a talk with the teacher about this visit.", ("Talk",)),
    Command("undo", "u", "Undo", "Takes back the last thing tapped, ticked or noted in this visit."),
    Command("redo", "y", "Redo", "Does again what was taken back."),
    Command("earlier", "left", "Earlier", "On the timeline: what is chosen begins a minute earlier."),
    Command("later", "right", "Later", "On the timeline: what is chosen begins a minute later."),
    Command("back_in", "b", "Back to visit", "Takes the end back: the visit goes on.", ("Go on",)),
    Command("reason_1", "1", "A child in need", "Why more extra hands than agreed: a child in need.", ("Child",)),
    Command("reason_2", "2", "Behavior", "Why more extra hands than agreed: behavior."),
    Command("reason_3", "3", "No plan for me", "Why more extra hands than agreed: no plan for me.", ("No plan",)),
    Command("reason_4", "4", "Materials", "Why more extra hands than agreed: materials.", ("Material",)),
    Command("reason_5", "5", "I was asked to", "Why more extra hands than agreed: I was asked to.", ("Asked",)),
    Command("reason_own", "6", "Own words", "Why more extra hands than agreed: in your own words.", ("Own",)),
    PRIVACY,
    Command("write", "w", "Write the file", "On the teacher's page: asks where to, and writes it.", ("Write",)),
    Command("words", "i", "With words", "On the teacher's page: your notes and lines with it, or not.", ("Words",)),
    HELP,
)

DAY = (
    BACK,
    Command("day_before", "left", "Day before", "The day before.", ("Before",)),
    Command("day_after", "right", "Day after", "The day after.", ("After",)),
    Command("finish", "f", "Finish notes", "Asks for the words of one note or spark after the other.", ("Finish",)),
    Command("tomorrow", "t", "For tomorrow", "One line for tomorrow.", ("Line",)),
    Command("share", "e", "Print", "The day as one file to print; students' names are on it."),
    PRIVACY,
    HELP,
)

TEACHERS = (
    BACK,
    Command("section", "s", "Class", "The next class."),
    Command("alone", "a", "Ran it alone", "The teacher tells of a way of teaching that ran without you.", ("Alone",)),
    Command("mine", "m", "I promise", "Writes down what you promise the teacher.", ("Mine",)),
    Command("theirs", "t", "They promise", "Writes down what the teacher promises.", ("Theirs",)),
    Command("kept", "k", "Kept", "The chosen promise was kept."),
    Command("dropped", "d", "Dropped", "The chosen promise is dropped."),
    Command("limit", "l", "Limit", "Minutes a visit that extra hands may take in this class."),
    Command("write", "w", "Agreement", "Writes the working agreement as a page to print.", ("Write",)),
    Command("talk", "e", "Two minutes", "The page for a talk about the last visit.", ("Talk",)),
    PRIVACY,
    HELP,
)

SHARED_PAGE = (
    BACK,
    Command("span", "m", "This month", "This month, last month, or three months up to today.", ("Month",)),
    Command("write", "w", "Write the file", "Asks where to, writes it, and asks whom it goes to.", ("Write",)),
    PRIVACY,
    HELP,
)

CORRECT = (
    Command("back", "escape", "Back", "Back to where you were; from a choice, to the list."),
    Command("undo", "u", "Undo", "Takes back the last thing tapped, ticked or noted in this visit."),
    PRIVACY,
    HELP,
)

SETTINGS = (
    BACK,
    OBSERVER,
    Command("zone", "z", "Time zone", "In which times are read and shown.", ("Zone",)),
    Command("left_handed", "l", "Left-handed", "Swaps the two rails of the live screen."),
    Command("colours", "c", "Colours", "Dark, or light for a bright room."),
    Command("glyphs", "g", "Characters", "Drawn ones, or plain ones for fonts that lack them."),
    Command("look_order", "k", "Look order", "Of looks at everyone: seats, random, or least seen first.", ("Order",)),
    Command("cue", "u", "Cue", "A quiet word at drawn minutes: look at everyone now. No sound."),
    Command("focal_looks", "f", "Focal looks", "For research: an entry in the menu of a visit.", ("Focal",)),
    Command("stopwatch", "t", "Think time", "A stopwatch from each question on, or one tap for three seconds."),
    Command("all_on", "a", "Everything", "Lights the rows that are dim in the first visits."),
    PRIVACY,
    HELP,
)

SHARING = (
    Command("back", "escape", "Back", "Back to where you were; from a question, without doing it."),
    Command("sync_now", "s", "Sync now", "Brings what is new into the folder, and takes in what others put there."),
    Command("conflicts", "c", "Both changed", "What was changed on two devices at once, side by side.", ("Both",)),
    Command("set_up", "u", "Set up", "Makes a folder a new team's, and shows its join code once."),
    Command("join", "j", "Join", "Comes into the team of a folder by its join code."),
    Command("name", "d", "Device name", "What this device is called in the team, such as tablet.", ("Name",)),
    Command("new_code", "n", "New code", "A new join code. Devices that do not join again with it are shut out."),
    Command("leave", "l", "Leave team", "This device shares no more. Nothing is erased, here or there.", ("Leave",)),
    Command("yes", "y", "Do it", "Does what was asked."),
    Command("keep_1", "1", "Keep 1", "What shows now stays."),
    Command("keep_2", "2", "Keep 2", "The other one is so from now on, everywhere."),
    Command("keep_both", "b", "Keep both", "Both lines become one; of something logged, both count.", ("Both",)),
    Command("before", "left", "Before", "The one before."),
    Command("next", "right", "Next", "The next one."),
    PRIVACY,
    HELP,
)

RESEARCH = (
    BACK,
    HELP,
)

READING = (
    BACK,
    Command("write", "w", "Write the file", "Asks where to, and writes the page to print or send.", ("Write",)),
    HELP,
)

PRACTICE = (
    Command("back", "escape", "Back", "Back to where you were. The answers are gone: none is kept."),
    Command("undo", "u", "Undo", "Takes back the last answer; it is asked again."),
    Command("skip", ".", "Pass over", "No answer to this one; it counts in no figure.", ("Pass",)),
    Command("results", "=", "Results", "How far the answers agree, and what to talk about."),
    Command("second", "/", "Someone else", "A colleague answers the same scenes on this device.", ("Other",)),
    Command("their_line", "i", "Their answers", "Types the line of answers that a colleague reads out.", ("Line",)),
    Command("help", "?", "Help", "What each code means, and what the keys do."),
)

PLAN = (
    Command("back", "escape", "Back", "Back to where you were; from a list or the page to share, to the plan."),
    Command("start", "v", "Start visit", "Starts the visit now, or goes on with it. Enter does so, too.", ("Start",)),
    Command("take", "k", "Take over", "Takes all grey lines, which are those of an earlier plan.", ("Take",)),
    Command("objective", "o", "Goal", "What this lesson is for."),
    Command("group", "g", "Groups", "Who is ready for what, on which evidence: tap the students."),
    Command("question", "q", "Questions", "Questions to ask, each with its level.", ("Ask",)),
    Command("segment", "m", "Minutes", "Who does what, and for how long."),
    Command("strategy", "s", "Strategies", "What is to run, and who runs it.", ("Strat.",)),
    Command("tier", "t", "Tiers", "The tiers, with a task each."),
    Command("watch", "h", "Watch for", "Students to look at, and what else.", ("Watch",)),
    Command("compacting", "c", "Compacting", "Agreements that stand until they are closed.", ("Compact",)),
    Command("from", "f", "From another", "Offers the lines of another plan of this class, or a frame.", ("From",)),
    Command("visits", "n", "Other visit", "Another visit to plan, or a new one.", ("Visits",)),
    Command("remove", "x", "Remove", "Takes the chosen line away.", ("Rem.",)),
    Command("kept", "y", "Kept", "The chosen promise was kept."),
    Command("dropped", "d", "Dropped", "The chosen promise is dropped.", ("Drop",)),
    Command("undo", "u", "Undo", "Takes back what was last done on this page."),
    Command("share", "w", "Share plan", "The plan as a page: to look at first, then as a file.", ("Share",)),
    Command("named", "i", "With names", "On the page to share: students' names with it, or not.", ("Names",)),
    PRIVACY,
    HELP,
)

FILL = (
    Command("back", "escape", "Back", "Back to the plan."),
    Command("add", "n", "New", "One more."),
    Command("name", "e", "Name", "Another name for the chosen one."),
    Command("words", "w", "Words", "The words of the chosen one."),
    Command("tier", "t", "Tier", "The next tier for the chosen group."),
    Command("level", "l", "Level", "The next level for the chosen question."),
    Command("teacher", "r", "Teacher", "What the teacher does in this segment, in words."),
    Command("shown", "h", "Shown", "What the chosen student has shown to be mastered.", ("Show",)),
    Command("evidence", "i", "Evidence", "What it stands on; from today, until another day is given.", ("Evid.",)),
    Command("day", "d", "Day", "From which day the evidence is."),
    Command("less", "-", "5 less", "Five minutes less.", ("-5",)),
    Command("more", "+", "5 more", "Five minutes more.", ("+5",)),
    Command("minutes", "m", "Minutes", "Minutes a week that it buys.", ("Min.",)),
    Command("instead", "s", "Instead", "What takes its place."),
    Command("close", "c", "Close it", "The agreement is over; it can still be read.", ("Close",)),
    Command("sooner", ",", "Sooner", "The chosen one goes before the one before it.", ("Soon",)),
    Command("after", ".", "Later", "The chosen one goes behind the next one."),
    Command("remove", "x", "Remove", "Takes the chosen one away.", ("Rem.",)),
    Command("undo", "u", "Undo", "Takes back what was last done on this page."),
    PRIVACY,
    HELP,
)
"""Of a page that fills one part of a plan; each part has some of them."""

WEEK = (
    Command("back", "escape", "Back", "Back to where you were; from a choice, to the week."),
    Command("before", "b", "Week before", "The week before.", ("Before",)),
    Command("after", "n", "Week after", "The week after.", ("After",)),
    Command("every_week", "w", "Every week", "A visit or a meeting that comes every week.", ("Weekly",)),
    Command("meeting", "m", "Meeting", "Plans a co-planning meeting."),
    Command("calendar", "i", "Calendar", "Takes a calendar file in, or the same one after it changed.", ("Import",)),
    Command("print", "e", "Print", "Planned and held of this month as one file to print."),
    Command("principal", "r", "For the head", "The page for the head of the school: to look at first.", ("Head",)),
    Command("coverage", "o", "Coverage", "How many children were seen, class by class, without a name.", ("Seen",)),
    Command("start", "s", "Start", "Starts the chosen visit, goes on with it, or shows its wrap-up.", ("Open",)),
    Command("plan", "g", "Plan", "The co-planning card of the chosen visit."),
    Command("held", "h", "Held", "The chosen meeting was held, as long as planned."),
    Command("long", "k", "How long", "How long the chosen meeting was.", ("Long",)),
    Command("why_1", "1", "Assembly", "Not held: an assembly."),
    Command("why_2", "2", "Testing", "Not held: testing."),
    Command("why_3", "3", "Absent", "Not held: the teacher, the class or you were absent."),
    Command("why_4", "4", "Called away", "Not held: you were called away.", ("Away",)),
    Command("why_own", "5", "Own words", "Not held: in your own words.", ("Own",)),
    Command("move", "v", "Move", "Another time for what is chosen."),
    Command("take_back", "u", "Not missed", "Takes back that it was missed, or held.", ("Undo",)),
    Command("change", "c", "Change", "Another day, hour or length of what comes every week."),
    Command("end", "l", "End", "What comes every week ends; what is past stays."),
    Command("remove", "x", "Remove", "It was put down by mistake: gone.", ("Rem.",)),
    Command("typed", "t", "Type it", "Types what is asked here.", ("Type",)),
    PRIVACY,
    HELP,
)

TRENDS = (
    Command("back", "escape", "Back", "Back; from a student, to the class."),
    Command("section", "c", "Class", "The next class; after the last one, all of them together."),
    Command("student", "k", "Student", "Chooses one student, to see looks and notes over time."),
    Command("weeks", "w", "Weeks", "Four weeks, twelve, or the year, up to the last visit."),
    Command("write", "e", "Print", "The page as one file to print; students' names are on it."),
    Command("flagged", "f", "Flagged", "With the visits that were not like others, or without.", ("Flag",)),
    PRIVACY,
    HELP,
)

STUDENTS_PAGE = (
    Command("back", "escape", "Back", "Back; from a student, to the class."),
    Command("section", "c", "Class", "The next class; after the last one, all of them together."),
    Command("span", "w", "Month", "This month, three months, or the year, up to today."),
    Command("rule", "r", "Rule", "From how many sparks, of how many kinds, on how many days a student is raised."),
    Command("write", "e", "Print", "The page as one file to print; students' names are on it."),
    Command("over_time", "m", "Over time", "The trends of the student that is shown.", ("Trend",)),
    Command("family", "f", "Family", "The page for the family of the student that is shown: to look at first."),
    PRIVACY,
    HELP,
)

TROUBLE = (
    Command("back", "escape", "Go on", "Back to where you were."),
    Command("mend", "m", "Mend it now", "Sets the damaged log aside and rebuilds it from all that can be read."),
    Command("leave", "q", "Leave", "Closes the app."),
)


def live_commands(protocol: Protocol) -> tuple[Command, ...]:
    """The live screen's commands for this protocol: its own, then one for each code, choice and flag."""
    found = [_yielding(command, protocol) for command in LIVE]
    for channel in protocol.channels:
        for code in channel.codes:
            found.append(_of_code(code_id(channel.name, code.key), channel.label, code))
        for modifier in channel.modifiers:
            if modifier.kind == "choice":
                found.append(
                    Command(
                        step_id(channel.name, modifier.name),
                        "",
                        modifier.label,
                        modifier.definition,
                        group=channel.label,
                    )
                )
            for value in modifier.values:
                found.append(_of_code(f"choose.{channel.name}.{modifier.name}.{value.key}", channel.label, value))
            if modifier.kind == "flag":
                name = f"flag.{channel.name}.{modifier.name}"
                what = Command(name, modifier.hotkey, modifier.label, modifier.definition, modifier.short)
                found.append(replace(what, group=channel.label))
    return tuple(found)


YIELDING = frozenset(("unseen_list", "groups", "plan"))
"""Actions that came later than some protocols of people's own; they have a pad in the menu."""


def _yielding(command: Command, protocol: Protocol) -> Command:
    """The command, without its key where a code of a protocol that was there before has it."""
    if command.id not in YIELDING:
        return command
    taken = [code.hotkey for channel in protocol.channels for code in channel.codes]
    for modifier in (m for channel in protocol.channels for m in channel.modifiers):
        taken += [modifier.hotkey, *(value.hotkey for value in modifier.values)]
    return replace(command, key="") if any(same_start(hotkey, command.key) for hotkey in taken if hotkey) else command


def _of_code(id: str, group: str, code: Code) -> Command:
    return Command(id, code.hotkey, code.label, code.definition, code.short, group)


def opener(channel: Channel) -> Command:
    """Opens a channel's codes where they have no place of their own; its key is the one they all begin with."""
    first = {code.hotkey.split(" ")[0] for code in channel.codes if " " in code.hotkey}
    key = first.pop() if len(first) == 1 else ""
    return Command(f"open.{channel.name}", key, channel.label, channel.definition, group=channel.label)


def same_start(one: str, other: str) -> bool:
    """Whether the two cannot both be keys: the same, or one begins the other."""
    a, b = one.split(" "), other.split(" ")
    return a[: len(b)] == b or b[: len(a)] == a
