//! Mails that are made to be too much: none is read, none is in the way of the next one, and what is packed stays packed.

use crate::story::{Office, with_files};

#[test]
fn a_mail_that_is_too_much_is_put_aside_and_the_next_one_goes_on() {
    let office = Office::with(|s| {
        s.limit("size", "3M");
    });
    let anna = office.english_agent("anna", &["antrag"]);
    let jo = office.person("jo");
    office.start();

    let mail = |n: u32, more: &str, text: &str| {
        let head = format!(
            "From: x{n}@mail.test\r\nTo: {}\r\nSubject: boom\r\nMessage-ID: <{n}@mail.test>\r\n",
            office.antrag()
        );
        office.comes_in(&format!("{head}{more}\r\n{text}"));
    };
    let multipart = "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n";
    mail(1, multipart, &"--b\r\n\r\nx\r\n".repeat(100_000));
    let nested = "Content-Type: message/rfc822\r\n\r\n".repeat(1_000);
    mail(2, "MIME-Version: 1.0\r\nContent-Type: message/rfc822\r\n", &nested);
    let within: String = (0..1_000)
        .map(|n| format!("--b{n}\r\nContent-Type: multipart/mixed; boundary=b{}\r\n\r\n", n + 1))
        .collect();
    mail(3, &multipart.replace("=b", "=b0"), &within);
    mail(4, &"X-Long: 0123456789\r\n".repeat(100_000), "Hello");
    mail(5, &format!("X-Long: {}\r\n", "0123456789".repeat(200_000)), "Hello");
    mail(6, "", &"0123456789\r\n".repeat(300_000));

    jo.applies(&[]);
    anna.gets("new-ticket").says("I write about tides.");
    anna.gets_nothing_more();
    assert_eq!(office.quarantined().len(), 6);
    assert_eq!(office.tickets().len(), 1);
    let postmaster = office.postmaster();
    postmaster.gets("quarantine");
    postmaster.gets_nothing_more();
}

#[test]
fn a_packed_file_is_passed_on_as_it_came() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["support"]);
    let sue = office.person("sue");

    // A zip whose one file says that it has 4 GB, and a gzip of as much.
    let zip = "PK\u{3}\u{4}\u{14}\0\0\0\u{8}\0 claims to be 4 GB of zeros ".repeat(50);
    let writing = sue.writing(&office.support(), "My log", "It is packed.");
    let files =
        [("application/zip", "log.zip", zip.as_str()), ("application/gzip", "log.gz", "\u{1f}x")];
    office.send_raw(
        writing.envelope_sender.as_deref(),
        &writing.to,
        with_files(&writing, &files).as_bytes(),
    );
    sue.gets("ist angekommen");
    let news = anna.gets("new-ticket");
    assert_eq!(news.files(), ["log.zip", "log.gz"]);
    anna.replies(&news, "Thank you, we will unpack it.");
    sue.gets("we will unpack it");
}
