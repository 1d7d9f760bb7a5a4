//! What a mail's sender newly typed, and what was left out as quoted, signed, forwarded or printed by us.
//!
//! Decides line by line. The wordings of clients and languages are tables in `attribution_wording`, `header_block`,
//! `signature` and `marker`. Whether the new text holds commands is decided in `desk`.

use super::line::{
    Found, LineKind, Then, bare, is_blank, is_command_like, is_quoted, is_rule, quote_follows,
};
use super::{attribution, header_block, marker, signature};

/// What was newly typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewText {
    /// All of it, the blocks with a blank line between them.
    pub text: String,
    /// The runs of new lines between recognised quotes, in order, none of them blank. Edges trimmed.
    pub blocks: Vec<String>,
    /// Whether a recognised quote stands before the last block.
    pub last_block_follows_quote: bool,
    /// What is not new, in order.
    pub left_out: Vec<Piece>,
}

/// Neighbouring lines of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Never `New`.
    pub kind: LineKind,
    pub text: String,
}

/// Reads the new text of a body: the plain part unflowed, or the HTML part turned into text with `>` for its quotes.
///
/// Never fails. In doubt a line below an introduction is old: a quoted command must not count as typed.
#[must_use]
pub fn new_text(text: &str) -> NewText {
    let mut new = NewText::default();
    let mut block = Vec::new();
    let mut quote_above = false;
    let lines = lines(text);
    for run in lines.chunk_by(|(left, _), (right, _)| left == right) {
        let Some((kind, _)) = run.first() else { continue };
        let run: Vec<&str> = run.iter().map(|(_, line)| *line).collect();
        match kind {
            LineKind::New => block.extend(run),
            LineKind::Signature | LineKind::Disclaimer => new.leave_out(*kind, &run),
            LineKind::Quote | LineKind::Attribution | LineKind::Forwarded | LineKind::Marker => {
                new.end_block(&mut block, quote_above);
                quote_above = true;
                new.leave_out(*kind, &run);
            }
        }
    }
    new.end_block(&mut block, quote_above);
    new.text = new.blocks.join("\n\n");
    new
}

impl NewText {
    fn end_block(&mut self, lines: &mut Vec<&str>, quote_above: bool) {
        let block = trimmed(lines);
        lines.clear();
        if !block.is_empty() {
            self.blocks.push(block);
            self.last_block_follows_quote = quote_above;
        }
    }

    fn leave_out(&mut self, kind: LineKind, lines: &[&str]) {
        let text = trimmed(lines);
        if !text.is_empty() {
            self.left_out.push(Piece { kind, text });
        }
    }
}

/// Joined, without blank lines at the edges and white space at the ends of lines.
fn trimmed(lines: &[&str]) -> String {
    let start = lines.iter().position(|line| !is_blank(line)).unwrap_or(lines.len());
    let end = lines.iter().rposition(|line| !is_blank(line)).map_or(start, |last| last + 1);
    let filled = lines.get(start..end).unwrap_or_default();
    filled.iter().map(|line| line.trim_end()).collect::<Vec<_>>().join("\n")
}

/// One way to recognise old text: all lines, the first one not yet known to be old, the one to look at.
type Recogniser = fn(&[&str], usize, usize) -> Option<Found>;

/// In order of trust: our own line first, then what clients write, last the bare marks.
static RECOGNISERS: &[Recogniser] = &[
    marker::at,
    header_block::at,
    attribution::at,
    quoted,
    ruled_off,
    wrapped_out_of_quote,
    signature_delimiter,
];

/// Those by which a mail that is quoted without marks shows.
static OF_A_MAIL: &[Recogniser] = &[marker::at, header_block::at, attribution::at, quoted];

/// More of a text is not looked at line by line; nobody types that much, and each line costs memory.
const MOST_OCTETS: usize = 1_000_000;

/// Every line of the mail with what it is. A blank line is what stands above it. What is behind the first megabyte
/// counts as quoted, in one piece.
#[must_use]
pub fn lines(text: &str) -> Vec<(LineKind, &str)> {
    let end = text.floor_char_boundary(MOST_OCTETS);
    let (text, rest) = text.split_at_checked(end).unwrap_or((text, ""));
    let mut lines = lines_of(text);
    if !rest.is_empty() {
        lines.push((LineKind::Quote, rest));
    }
    lines
}

fn lines_of(text: &str) -> Vec<(LineKind, &str)> {
    let lines: Vec<&str> = text.split('\n').map(|line| line.trim_end_matches('\r')).collect();
    let mut kinds = vec![LineKind::New; lines.len()];
    let mut untold = LineKind::New;
    let (mut floor, mut at) = (0, 0);
    while at < lines.len() {
        let Some(found) = RECOGNISERS.iter().find_map(|recognise| recognise(&lines, floor, at))
        else {
            mark(&mut kinds, at, at + 1, untold);
            at += 1;
            continue;
        };
        mark(&mut kinds, found.from, found.to, found.kind);
        at = found.to.max(at + 1);
        floor = at;
        match found.then {
            Then::Look => {}
            Then::Quote
                if quote_follows(&lines, at) || is_answered_below(&lines, found.from, at) =>
            {
                untold = LineKind::New;
            }
            // Who answers above such fields marks nothing below them, and the marks there are of an older quote: a bare
            // line may be of the one who is answered.
            Then::QuoteBelowFields
                if quote_follows(&lines, at) && !is_typed_above(&lines, &kinds, found.from) =>
            {
                untold = LineKind::New;
            }
            Then::Quote | Then::QuoteBelowFields => {
                mark(&mut kinds, at, lines.len(), LineKind::Quote);
                break;
            }
            Then::UntilQuote(kind) => untold = kind,
            Then::AllIs(kind) => {
                mark(&mut kinds, at, lines.len(), kind);
                break;
            }
        }
    }
    mark_signatures(&lines, &mut kinds);
    kinds.into_iter().zip(lines).collect()
}

/// Whether somebody deleted the quote and typed below its introduction: nothing stands above it, and nothing below it
/// is from a mail of anybody. Our own mails are always known by their marker.
fn is_answered_below(lines: &[&str], from: usize, at: usize) -> bool {
    let of_a_mail = |index| OF_A_MAIL.iter().any(|recognise| recognise(lines, at, index).is_some());
    lines.iter().take(from).all(|line| is_blank(line)) && !(at..lines.len()).any(of_a_mail)
}

fn is_typed_above(lines: &[&str], kinds: &[LineKind], at: usize) -> bool {
    let mut above = lines.iter().zip(kinds).take(at);
    above.any(|(line, kind)| *kind == LineKind::New && !is_blank(line))
}

fn mark(kinds: &mut [LineKind], from: usize, to: usize, kind: LineKind) {
    let to = to.min(kinds.len());
    if let Some(kinds) = kinds.get_mut(from..to) {
        kinds.fill(kind);
    }
}

/// Looks at the end of each run of new lines.
fn mark_signatures(lines: &[&str], kinds: &mut [LineKind]) {
    let mut start = 0;
    for run in kinds.chunk_by_mut(|left, right| left == right) {
        let end = start + run.len();
        if run.first() == Some(&LineKind::New) {
            signature::mark(lines.get(start..end).unwrap_or_default(), run, start == 0);
        }
        start = end;
    }
}

fn quoted(lines: &[&str], _floor: usize, at: usize) -> Option<Found> {
    is_quoted(lines.get(at)?).then_some(Found {
        from: at,
        to: at + 1,
        kind: LineKind::Quote,
        then: Then::Look,
    })
}

/// A rule that a client draws right above the lines it marks (Centrum).
fn ruled_off(lines: &[&str], _floor: usize, at: usize) -> Option<Found> {
    let is_long = |line: &&&str| is_rule(line) && bare(line).chars().nth(SHORTEST_RULE).is_some();
    lines.get(at).filter(is_long)?;
    lines.get(at + 1).is_some_and(|below| is_quoted(below)).then_some(Found {
        from: at,
        to: at + 1,
        kind: LineKind::Attribution,
        then: Then::Look,
    })
}

/// What has fewer characters was typed.
const SHORTEST_RULE: usize = 20;

/// The column at which clients break lines, at the least.
const NARROWEST_WRAP_CHARS: usize = 72;

/// A quoted line grown too long was broken, and its rest came to stand without a mark (Outlook, and web mail of old).
///
/// Such a rest stands right below a quoted line on which its first word had no room, and mostly right above another
/// one. A foreign "... #lock" broken so must not become a command; an answer typed there starts after a full stop.
fn wrapped_out_of_quote(lines: &[&str], floor: usize, at: usize) -> Option<Found> {
    let above = lines.get(at.checked_sub(1)?).filter(|above| at == floor && is_quoted(above))?;
    let line = bare(lines.get(at)?);
    let first_word = line.split(char::is_whitespace).next().filter(|word| !word.is_empty())?;
    let room_needed = chars_up_to(above, NARROWEST_WRAP_CHARS)
        + 1
        + chars_up_to(first_word, NARROWEST_WRAP_CHARS);
    let above = bare(above);
    let goes_on = !above.ends_with(['.', '?', '!', ':']);
    let quote_below = lines.get(at + 1).is_some_and(|below| is_quoted(below));
    let is_command = is_command_like(first_word);
    let no_room =
        room_needed >= if is_command { NARROWEST_WRAP_CHARS - 8 } else { NARROWEST_WRAP_CHARS };
    // Below a full stop, with more typed below it: that it was broken off there is unlikely.
    let typed = || !goes_on && ends_by_hand(lines, at);
    let torn = (no_room && ((goes_on && quote_below) || (is_command && !typed())))
        || (is_command && goes_on && quote_below);
    torn.then_some(Found { from: at, to: at + 1, kind: LineKind::Quote, then: Then::Look })
}

/// Whether a line without a mark follows whose first word had room on this one.
fn ends_by_hand(lines: &[&str], at: usize) -> bool {
    let (Some(line), Some(below)) = (lines.get(at), lines.get(at + 1)) else { return false };
    let next = bare(below).split(char::is_whitespace).next().unwrap_or_default();
    let together =
        chars_up_to(line, NARROWEST_WRAP_CHARS) + 1 + chars_up_to(next, NARROWEST_WRAP_CHARS);
    !next.is_empty() && !is_quoted(below) && together < NARROWEST_WRAP_CHARS
}

fn chars_up_to(text: &str, most: usize) -> usize {
    text.chars().take(most).count()
}

fn signature_delimiter(lines: &[&str], _floor: usize, at: usize) -> Option<Found> {
    let then = Then::UntilQuote(LineKind::Signature);
    let kind = LineKind::Signature;
    signature::is_delimiter(lines.get(at)?).then_some(Found { from: at, to: at + 1, kind, then })
}

#[cfg(test)]
mod tests;
