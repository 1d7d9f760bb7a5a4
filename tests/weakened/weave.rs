//! One build in which every defence can be switched off when the program starts, instead of a build for each.
//!
//! A function with a defence in it gets its body once more for each row, weakened as the row says, and a question in front of
//! them: which is switched off? So nothing needs to be known about what stands in `find` and `put`. The source is laid out
//! by rustfmt: a function ends with a brace below the column in which it begins.

use std::ops::Range;

/// A row: its place in the order of all, what stands in the file and what stands there when the defence is off.
pub struct Row<'a> {
    pub number: usize,
    pub find: &'a str,
    pub put: &'a str,
}

/// The number of the row that is off; none where it is not set.
pub const VARIABLE: &str = "POSTAMT_TESTS_DEFENCE_OFF";

/// What goes to the end of the library.
pub const SWITCH: &str = r#"
#[doc(hidden)]
#[must_use]
pub fn is_off(row: usize) -> bool {
    static OFF: std::sync::LazyLock<Option<usize>> =
        std::sync::LazyLock::new(|| std::env::var("POSTAMT_TESTS_DEFENCE_OFF").ok()?.parse().ok());
    *OFF == Some(row)
}
"#;

/// The file with a switch for each row, and the rows that need a build of their own: what they change stands in no function.
pub fn weave(source: &str, rows: &[Row<'_>]) -> (String, Vec<usize>) {
    let mut bodies: Vec<(Range<usize>, Vec<&Row<'_>>)> = Vec::new();
    let mut alone = Vec::new();
    for row in rows {
        let body =
            source.find(row.find).and_then(|at| body_around(source, at..at + row.find.len()));
        match body {
            None => alone.push(row.number),
            Some(body) => match bodies.iter_mut().find(|(known, _)| *known == body) {
                Some((_, rows)) => rows.push(row),
                None => bodies.push((body, vec![row])),
            },
        }
    }
    bodies.sort_by_key(|(body, _)| body.start);
    let (mut woven, mut done) = (String::new(), 0);
    for (body, rows) in bodies {
        assert!(done <= body.start, "one function with a defence stands inside of another");
        let text = &source[body.clone()];
        woven += &source[done..body.start];
        for row in rows {
            let weak = text.replacen(row.find, row.put, 1);
            woven += &format!("if crate::is_off({}) {{{weak}}} else ", row.number);
        }
        woven += &format!("{{{text}}}\n");
        done = body.end;
    }
    woven += &source[done..];
    (woven, alone)
}

/// What stands between the braces of the function around a place.
fn body_around(source: &str, place: Range<usize>) -> Option<Range<usize>> {
    let mut begins: Vec<usize> =
        source[..place.start].match_indices('\n').map(|(at, _)| at + 1).collect();
    begins.insert(0, 0);
    begins.into_iter().rev().find_map(|begin| {
        let line = source[begin..].lines().next()?;
        let words = line.trim_start();
        let is_function = words.split(' ').take(3).any(|word| word == "fn");
        // A constant function cannot ask; an opaque type is one type.
        let body = is_function.then(|| body_of(source, begin, line.len() - words.len()))??;
        let signature = &source[begin..body.start];
        let can_ask = !signature.contains("const fn") && !signature.contains("-> impl");
        (can_ask && body.start <= place.start && place.end <= body.end).then_some(body)
    })
}

fn body_of(source: &str, begin: usize, indent: usize) -> Option<Range<usize>> {
    let brace = format!("\n{}}}", " ".repeat(indent));
    let opens = source[begin..].find("{\n")? + begin + 1;
    let ends = source[opens..].match_indices(&brace).find_map(|(at, _)| {
        let after = &source[opens + at + brace.len()..];
        (after.is_empty() || after.starts_with('\n')).then_some(opens + at)
    })?;
    Some(opens..ends)
}
