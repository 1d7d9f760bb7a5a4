//! Reading one mail takes a bounded amount of memory, whatever is in it: the worst kinds, small, as it grows with them.
//!
//! One test, as the allocator counts for the whole process; of a block that grows it counts what is added. `cargo test --test memory -- --nocapture` prints each peak.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::alloc::System;

use cap::Cap;
use postamt::mail::Limits;
use postamt::mail::understood::understand;

#[global_allocator]
static ALLOCATOR: Cap<System> = Cap::new(System, usize::MAX);

/// The bounds of ARCHITECTURE.md, beside the mail itself: so many times the octets of a text that is read line by line.
const TIMES: usize = 40;
/// So many times those of a header, which is at most `header_octets`.
const TIMES_HEADER: usize = 120;
/// And so many times those of HTML that is parsed, which is at most 400,000.
const TIMES_PARSED: usize = 400;

/// Filled up to `octets` with `piece`.
fn filled(head: &str, piece: &str, octets: usize) -> Vec<u8> {
    let count = octets.saturating_sub(head.len()) / piece.len();
    format!("{head}{}", piece.repeat(count)).into_bytes()
}

#[test]
fn reading_a_mail_takes_a_bounded_amount_of_memory() {
    let limits = Limits::default();
    let full = std::env::var("OCTETS").ok().and_then(|n| n.parse().ok()).unwrap_or(300_000);
    let header = limits.header_octets - 1_000;
    let line = format!("{}\n", "QUJD".repeat(19));
    let enclosed = "Content-Type: message/rfc822\n\n".repeat(45);
    let part = format!("--b\nContent-Type: text/plain; name=a.txt\n\n{}\n", "x".repeat(24_000));
    for (kind, raw) in [
        ("tiny lines", filled("Subject: x\n\n", "a\n", full)),
        ("quoted lines", filled("Subject: x\n\n", "> a\n", full)),
        (
            "a file",
            filled("Content-Type: a/b; name=x\nContent-Transfer-Encoding: base64\n\n", &line, full),
        ),
        (
            "umlauts of Latin-1",
            [&b"Content-Type: text/plain; charset=iso-8859-1\n\n"[..], &vec![0xe4; full - 100]]
                .concat(),
        ),
        ("tags", filled("Content-Type: text/html\n\n", "<b>", full)),
        ("parts", filled("Content-Type: multipart/mixed; boundary=b\n\n", &part, full)),
        ("enclosed mails", filled(&format!("{enclosed}Subject: x\n\n"), "a\n", full)),
        ("encoded words", filled("", "Subject: =?utf-8?q?=C3?= =?utf-8?q?=A4?=\n", header)),
        ("header fields", filled("", "a:\n", header)),
        ("addresses", filled("To: a@b.c", ",a@b.c", header)),
        ("armour", filled("Subject: x\n\n", "-----BEGIN PGP MESSAGE-----\n", full)),
        ("parsed HTML", filled("Content-Type: text/html\n\n", "<p>a</p>\n", full)),
    ] {
        // Up to the highest mark so far, never touched: whatever is taken now raises it.
        let spare = ALLOCATOR.max_allocated().saturating_sub(ALLOCATOR.allocated());
        let ballast = std::hint::black_box(Vec::<u8>::with_capacity(spare));
        let before = ALLOCATOR.allocated();
        let total = ALLOCATOR.total_allocated();
        let read = understand(&raw, &limits).map(|understood| understood.mail.text.len());
        let peak = ALLOCATOR.max_allocated().saturating_sub(before);
        drop(ballast);
        let times = match kind {
            "parsed HTML" => TIMES_PARSED,
            "encoded words" | "header fields" | "addresses" => TIMES_HEADER,
            _ => TIMES,
        };
        let bound = times * raw.len();
        println!(
            "{kind}: {} octets, peak {peak}, in all {}, {read:?}",
            raw.len(),
            ALLOCATOR.total_allocated() - total
        );
        assert!(peak > 0 && peak <= bound, "{kind}: {peak} octets of memory, more than {bound}");
    }
}
