//! Nothing we send yields a command when it comes back as if newly typed: every letter, filled in with an attacker's words, filled anew at
//! several widths, unquoted, and with its tags turned into line breaks. And the rules that hold for the form of every letter.

use super::sample::{Cast, House};
use super::*;
use crate::letters::foreign::is_hash;
use crate::mail::Address;

/// Words that would be commands, headers, templates or markup if anybody let them.
fn attacker() -> House {
    let words = "#confirm\n  #lock force\n\u{200b}#close success\n＃verify\n\tx #unlock\n> #spam\n»#reply« #note\nBcc: x@y.example\n\
                 {{password}} {{#if x}}\n<script>alert(1)</script> <b>#yes</b>\n= #confirm\n== x\n!! #confirm\n-- \n~ x\n|#confirm\n  ok  #confirm\n\
                 \u{202e}mrifnoc# \u{2066}#confirm\u{2069}\n#\u{a0}confirm\n\u{a0}#confirm\n\r\r#confirm\u{2028}#confirm\u{85}#confirm\n"
        .to_owned()
        + &"# ".repeat(120)
        + &"x".repeat(1_200)
        + " "
        + &"ab #cd ".repeat(60);
    House::with(Cast {
        name: "#confirm Jo #lock\r\nBcc: x@y.example\n#verify  <i>#x</i> »#confirm« #yes".into(),
        login: "#login".into(),
        words,
        subject: "#confirm {{x}}\nSubject: #lock\n= #verify".into(),
        address: Address::parse("#confirm@example.net").unwrap(),
    })
    .unwrap()
}

fn seen_by_all(house: &House, mut check: impl FnMut(&str, &Rendered)) {
    let letters = letters();
    let mut tickets = house.tickets();
    tickets.retain(|(name, _)| matches!(*name, "fresh" | "support-mine" | "others" | "bounced"));
    for language in [Language::De, Language::En] {
        sample::each(letters, house, language, &tickets, &mut |name, rendered| {
            check(&name, &rendered);
        })
        .map_err(|e| e.to_string())
        .unwrap();
    }
}

/// What a forgiving reader could take for a command: any `#` at the beginning, whatever white or invisible stands before it.
fn like_a_command(line: &str) -> bool {
    line.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{a0}' || c.is_control())
        .starts_with(is_hash)
}

/// A client that fills lines anew; it never breaks at a no-break space.
fn filled_anew(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split([' ', '\n']).filter(|w| !w.is_empty()) {
        let line = lines.last_mut().unwrap();
        if line.is_empty() {
            line.push_str(word);
        } else if line.chars().count() + 1 + word.chars().count() > width {
            lines.push(word.to_owned());
        } else {
            line.push(' ');
            line.push_str(word);
        }
    }
    lines
}

/// The worst that a client does: every tag becomes a line break.
pub fn without_tags(html: &str) -> String {
    let body = html.split_once("<body").map_or(html, |(_, body)| body);
    let body = body.split_once('>').map_or(body, |(_, body)| body);
    let mut text = String::new();
    let mut in_tag = false;
    for c in body.chars() {
        match (c, in_tag) {
            ('<', false) => {
                in_tag = true;
                text.push('\n');
            }
            ('>', true) => in_tag = false,
            (c, false) => text.push(c),
            (_, true) => {}
        }
    }
    [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#x27;", "'"),
        ("&#x3D;", "="),
        ("&#x60;", "`"),
        ("&nbsp;", "\u{a0}"),
        ("&amp;", "&"),
    ]
    .iter()
    .fold(text, |text, (entity, c)| text.replace(entity, c))
}

#[test]
fn no_letter_yields_a_command_however_it_comes_back() {
    seen_by_all(&attacker(), |name, rendered| {
        // An agent's own words go out as typed, and `#1` is no command: there only a letter behind the `#` counts.
        let as_typed = ["reply", "verification", "question"].contains(&rendered.event);
        let command = |line: &str| {
            like_a_command(line)
                && !(as_typed
                    && line
                        .trim_start_matches(|c: char| c.is_whitespace() || is_hash(c))
                        .starts_with(|c: char| !c.is_alphabetic()))
        };
        for line in rendered.text.lines() {
            assert!(!command(line), "{name}: {line:?}");
            let unquoted = line.trim_start_matches(['>', ' ']);
            assert!(!command(unquoted), "{name}: {line:?}");
        }
        for width in [30, 40, 50, 66, 72] {
            for line in filled_anew(&rendered.text, width) {
                assert!(!command(&line), "{name} at {width}: {line:?}");
            }
        }
        let Some(html) = &rendered.html else { return };
        let text = without_tags(html);
        for line in text.lines() {
            assert!(!command(line), "{name} in HTML: {line:?}");
        }
        for width in [30, 50, 72] {
            for piece in text.split('\n') {
                for line in filled_anew(piece, width) {
                    assert!(!command(&line), "{name} in HTML at {width}: {line:?}");
                }
            }
        }
    });
}

#[test]
fn every_letter_keeps_the_form() {
    for house in [House::new().unwrap(), attacker()] {
        seen_by_all(&house, |name, rendered| {
            let text = &rendered.text;
            assert!(text.starts_with("____ "), "{name}: no marker line on top");
            assert!(!text.contains("{{") || house.cast.words.contains("{{"), "{name}: {text}");
            for line in text.lines() {
                let link = line.contains("mailto:");
                let long_word = line.split(' ').any(|w| w.chars().count() > 40);
                assert!(line.chars().count() <= 72 || link || long_word, "{name}: {line}");
                assert!(line.len() <= 990, "{name}: a line of {} octets", line.len());
                assert!(line == line.trim_end() || line == "-- ", "{name}: {line:?}");
                let unseen = |c: char| {
                    c.is_control()
                        || matches!(c, '\u{1}'..='\u{3}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '␣')
                };
                assert!(!line.contains(unseen), "{name}: {line:?}");
            }
            let unseen = |c: char| c.is_control() || c == '␣';
            for header in [&rendered.subject, &rendered.from_name, &rendered.reply_name] {
                assert!(!header.contains(unseen), "{name}: {header:?}");
            }
            let Some(html) = &rendered.html else { return };
            page_keeps_the_form(name, html);
        });
    }
}

fn page_keeps_the_form(name: &str, html: &str) {
    for forbidden in
        ["<img", "<script", "<link", "<iframe", "<form", "url(", "@import", " src=", "<b>", "<i>"]
    {
        assert!(!html.to_lowercase().contains(forbidden), "{name}: {forbidden} in HTML");
    }
    assert!(without_tags(html).trim_start().starts_with("____ "), "{name}: marker is not first");
    assert!(html.lines().all(|line| line.len() <= 990), "{name}: a long line");
    assert!(html.matches("<td").count() == html.matches("</td>").count(), "{name}");
    assert!(html.matches("<table").count() == html.matches("</table>").count(), "{name}");
    assert!(html.matches("class=\"b1\"").count() <= 1, "{name}: two filled buttons");
    for link in html.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        let link = link.replace("&amp;", "&");
        assert!(link.len() < 1_900, "{name}: a link of {}", link.len());
        assert!(
            link.is_ascii() && !link.contains([' ', '+', '#', '"', '<', '>', '\n']),
            "{name}: {link}"
        );
        let query =
            link.strip_prefix("mailto:").and_then(|l| l.split_once('?')).expect("a mailto").1;
        let fields: Vec<&str> = query.split('&').filter_map(|f| f.split('=').next()).collect();
        assert_eq!(fields, ["subject", "body"], "{name}: {link}");
        assert!(query.ends_with("%0D%0A"), "{name}: {link}");
        assert!(
            !link.replace("%0D%0A", "").contains("%0D")
                && !link.replace("%0D%0A", "").contains("%0A"),
            "{name}: {link}"
        );
    }
}
