"""SARIF 1.0 and 2.x, as tools write it rather than as its schema has it.

Read twice: first what results refer to (rules, files, folders), which may stand behind them in the
file, then the results, one at a time.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from debt.scans import paths
from debt.scans.results import (
    HOLE,
    LONGEST_MESSAGE,
    LONGEST_PATH,
    LONGEST_RULE,
    Options,
    Refused,
    Report,
    Result,
    Run,
    Unreadable,
    count_one_more,
    dig,
    index_of,
    level_of,
    listed,
    masked,
    one_line,
    text,
    whole,
)
from debt.scans.streaming import Reader

ARGUMENT = re.compile(r"\{(\d{1,3})\}")
PASSED = {"pass": "the tool says that the check passed", "notapplicable": "the rule does not apply"}
KNOWN = ("1.0", "2.0", "2.1")
MOST_FINGERPRINTS = 8
MOST_FILES = 200_000
WHERE = {"insource": "left out by a comment in the code", "external": "left out outside the code"}


@dataclass(slots=True)
class Rule:
    id: str = ""
    name: str = ""
    level: str = ""
    says: str = ""
    messages: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Context:
    """What the results of one run refer to."""

    tool: str = ""
    version: str = ""
    configuration: str = ""
    has_results: bool = False
    rules: list[Rule] = field(default_factory=list)
    extensions: list[list[Rule]] = field(default_factory=list)
    by_id: dict[str, Rule] = field(default_factory=dict)
    files: list[tuple[str, str]] = field(default_factory=list)
    bases: dict[str, Any] = field(default_factory=dict)
    places: Any = None


def read(file: BinaryIO, options: Options) -> Report:
    """raises: Unreadable"""
    report = Report("sarif")
    contexts = walk(file, report)
    number = 0
    reader = Reader(file)
    for name in reader.members():
        if name != "runs" or reader.peek() != "[":
            reader.skip()
            continue
        for position in reader.items():
            context = contexts[position]
            run = Run(context.tool, context.configuration, context.version, context.has_results)
            report.runs.append(run)
            for row in results_in(reader):
                number = count_one_more(number)
                made = result_of(row, context, number)
                if isinstance(made, Refused):
                    run.refused.append(made)
                else:
                    run.results.append(made)
    return report


def results_in(reader: Reader) -> Iterator[Any]:
    """The results of the run that comes next, one at a time."""
    if reader.peek() != "{":
        reader.skip()
        return
    for part in reader.members():
        if part == "results" and reader.peek() == "[":
            for _ in reader.items():
                yield reader.value()
        else:
            reader.skip()


def walk(file: BinaryIO, report: Report) -> list[Context]:
    """The first reading: what each run refers to."""
    contexts: list[Context] = []
    reader = Reader(file)
    for name in reader.members():
        if name == "version":
            version = text(reader.value(), 60)
            if not version.startswith(KNOWN):
                report.warnings.append(f"SARIF of version {version or 'nothing'} is read as 2.1.0.")
        elif name == "runs" and reader.peek() == "[":
            for _ in reader.items():
                contexts.append(context_of(reader))
        else:
            reader.skip()
    reader.finish()
    return contexts


def context_of(reader: Reader) -> Context:
    context = Context()
    if reader.peek() != "{":
        reader.skip()
        return context
    for name in reader.members():
        kind = reader.peek()
        if name == "results":
            context.has_results = kind == "["
            reader.skip()
        elif name == "artifacts" and kind == "[":
            for position in reader.items():
                if position >= MOST_FILES:
                    raise Unreadable(f"The report lists more than {MOST_FILES:,} files.")
                location = dig(reader.value(), "location")
                context.files.append(
                    (text(dig(location, "uri"), LONGEST_PATH * 4), base_name(location))
                )
        elif name == "tool":
            take_tool(context, reader.value())
        elif name == "rules" and kind == "{":  # SARIF 1.0
            for key, rule in reader.value().items():
                keep(context, rule_of(rule, one_line(key, LONGEST_RULE)), key)
        elif name == "originalUriBaseIds" and kind == "{":
            context.bases = reader.value()
        elif name == "logicalLocations":
            context.places = reader.value()
        elif name == "automationDetails":
            said = text(dig(reader.value(), "id"), 200)
            context.configuration = said.rpartition("/")[0]
        else:
            reader.skip()
    return context


def take_tool(context: Context, tool: Any) -> None:
    driver = dig(tool, "driver") or tool
    context.tool = one_line(dig(driver, "name"), 100)
    context.version = one_line(dig(driver, "semanticVersion") or dig(driver, "version"), 60)
    shared = messages_of(dig(driver, "globalMessageStrings"))
    for rule in listed(dig(driver, "rules")):
        made = rule_of(rule)
        made.messages = shared | made.messages
        context.rules.append(made)
        keep(context, made, made.id)
    for extension in listed(dig(tool, "extensions")):
        rules = [rule_of(rule) for rule in listed(dig(extension, "rules"))]
        context.extensions.append(rules)
        for made in rules:
            keep(context, made, made.id)


def keep(context: Context, rule: Rule, key: str) -> None:
    context.by_id.setdefault(key, rule)


def rule_of(rule: Any, key: str = "") -> Rule:
    name = one_line(dig(rule, "name"), LONGEST_RULE)
    short = dig(rule, "shortDescription")
    says = one_line(dig(short, "text") or short)
    full = dig(rule, "fullDescription")
    if not name and HOLE.search(says):  # Ruff keeps the name of a rule beside a sentence with holes
        name = one_line(dig(rule, "properties", "name"), LONGEST_RULE)
    return Rule(
        id=one_line(dig(rule, "id"), LONGEST_RULE) or key,
        name=name or says[:LONGEST_RULE],
        level=text(
            dig(rule, "defaultConfiguration", "level") or dig(rule, "defaultLevel"), 20
        ).lower(),
        says=says or one_line(dig(full, "text") or full),
        messages=messages_of(dig(rule, "messageStrings") or dig(rule, "messageFormats")),
    )


def messages_of(strings: Any) -> dict[str, str]:
    if not isinstance(strings, Mapping):
        return {}
    return {str(name): text(dig(said, "text") or said, 2000) for name, said in strings.items()}


def result_of(row: Any, context: Context, number: int) -> Result | Refused:
    """One result, or why it is none."""
    if not isinstance(row, Mapping):
        return Refused(number, "", "", None, "", "not an object")
    rule = find_rule(row, context)
    message = message_of(row, rule, context)
    kind = text(row.get("kind"), 20).lower()
    name = rule.id or masked(message)[:120] or "no rule"
    reason = PASSED.get(kind, "")
    if row.get("baselineState") == "absent":
        reason = "the report itself says that it is gone"
    if reason:
        return Refused(number, name, "", None, message, reason)
    result = Result(number=number, rule=name, message=message or rule.says or name)
    result.rule_name = rule.name if rule.name != name else ""
    default = "note" if kind and kind != "fail" else "warning"
    result.level = level_of(row.get("level") or rule.level, default)
    locate(result, row, context)
    result.fingerprints = fingerprints_of(row)
    result.suppressed = suppression_of(row)
    return result


def find_rule(row: Mapping[str, Any], context: Context) -> Rule:
    """The rule that a result names by id, by position, or by a position in an extension."""
    said = one_line(row.get("ruleId") or dig(row, "rule", "id"), LONGEST_RULE)
    extension = dig(row, "rule", "toolComponent", "index")
    index = dig(row, "rule", "index") if extension is not None else row.get("ruleIndex")
    rules = context.rules
    if extension is not None:
        at = index_of(extension)
        rules = listed(dig(context.extensions, at)) if at is not None else []
    elif index is None:
        index = dig(row, "rule", "index")
    by_place = None
    at = index_of(index)
    if at is not None and at < len(rules):
        by_place = rules[at]
    known = context.by_id.get(text(row.get("ruleKey"), LONGEST_RULE) or said)
    known = known or context.by_id.get(said.rpartition("/")[0])
    rule = known or by_place or Rule()
    if by_place is not None and (not said or by_place.id == said):
        rule = by_place
    return Rule(said or rule.id, rule.name, rule.level, rule.says, rule.messages)


def message_of(row: Mapping[str, Any], rule: Rule, context: Context) -> str:
    """The text of a result, put together from the rule's where it only names that."""
    message = row.get("message")
    said = text(dig(message, "text") or message, LONGEST_MESSAGE * 2)
    arguments = dig(message, "arguments")
    if not said:
        named = dig(message, "id") or dig(message, "messageId")
        if named is None:  # SARIF 1.0
            named = dig(row, "formattedRuleMessage", "formatId")
            arguments = dig(row, "formattedRuleMessage", "arguments")
        said = rule.messages.get(str(named), "") if named is not None else ""
        said = said or text(dig(message, "markdown"), LONGEST_MESSAGE * 2)
    if isinstance(arguments, list) and arguments:

        def fill(found: re.Match[str]) -> str:
            place = int(found[1])
            return text(arguments[place], 500) if place < len(arguments) else found[0]

        said = ARGUMENT.sub(fill, said)
    return one_line(said)


def locate(result: Result, row: Mapping[str, Any], context: Context) -> None:
    """Where a result lies: its first location; the others only explain it."""
    location = dig(row, "locations", 0)
    physical = dig(location, "physicalLocation")
    file = dig(physical, "artifactLocation") or dig(physical, "fileLocation")
    if location is not None and physical is None:  # SARIF 1.0
        physical = dig(location, "resultFile") or dig(location, "analysisTarget")
    file = file or physical
    uri, base = text(dig(file, "uri"), LONGEST_PATH * 4), base_name(file)
    index = index_of(dig(file, "index"))
    if not uri and index is not None and index < len(context.files):
        uri, of_file = context.files[index]
        base = base or of_file
    result.raw, result.base = uri, paths.base_of(base, context.bases) if base else ""
    region = dig(physical, "region")
    result.line, result.column = (
        whole(dig(region, "startLine")),
        whole(dig(region, "startColumn")) or 0,
    )
    around = dig(physical, "contextRegion", "snippet", "text")
    result.context = context_of_text(around or dig(region, "snippet", "text"))
    if not uri:
        result.place = place_of(location, context)


def base_name(file: Any) -> str:
    return text(dig(file, "uriBaseId"), LONGEST_PATH)


def place_of(location: Any, context: Context) -> str:
    """The name of a place in the code, where a result has no file."""
    logical = dig(location, "logicalLocations", 0) or dig(location, "logicalLocation")
    index = index_of(dig(logical, "index"))
    if index is not None:
        logical = dig(context.places, index) or logical
    named = (
        dig(logical, "fullyQualifiedName")
        or dig(logical, "name")
        or dig(location, "fullyQualifiedLogicalName")
    )
    return one_line(named, LONGEST_PATH)


def context_of_text(words: Any) -> str:
    """A hash of lines of code that does not change with their indentation; empty without text."""
    if not isinstance(words, str) or not words.strip():
        return ""
    lines = [" ".join(line.split()) for line in words.splitlines()]
    whole_text = "\n".join(line for line in lines if line)
    return hashlib.sha256(whole_text.encode("utf-8", "replace")).hexdigest()[:32]


def fingerprints_of(row: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """What the tool promises to keep, then what it hopes to keep."""
    found: list[tuple[str, str]] = []
    for name in ("fingerprints", "partialFingerprints"):
        given = row.get(name)
        if isinstance(given, Mapping):
            pairs = sorted((text(key, 60), mark_of(value)) for key, value in given.items())
            found += [(f"{name}/{key}", value) for key, value in pairs if value]
    guess = mark_of(row.get("toolFingerprintContribution"))  # SARIF 1.0
    if guess:
        found.append(("toolFingerprintContribution", guess))
    return tuple(found[:MOST_FINGERPRINTS])


def mark_of(value: Any) -> str:
    """A fingerprint as it is, or its hash where it is long."""
    words = text(value, 10_000)
    return words if len(words) <= 100 else hashlib.sha256(words.encode()).hexdigest()


def suppression_of(row: Mapping[str, Any]) -> str:
    """Why the tool leaves a result out; a suppression under review or refused is none."""
    for suppression in listed(row.get("suppressions")):
        status = text(dig(suppression, "status") or dig(suppression, "state"), 20).lower()
        if status in ("rejected", "underreview"):
            continue
        kind = text(dig(suppression, "kind"), 20)
        said = WHERE.get(kind.lower(), "left out by the tool")
        why = one_line(dig(suppression, "justification"), 300)
        return f"{said}: {why}" if why else said
    return "left out by the tool" if listed(row.get("suppressionStates")) else ""
