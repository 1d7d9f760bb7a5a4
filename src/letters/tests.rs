//! All letters, as people and machines read them.
use super::sample::{self, House};
use super::*;

#[test]
fn dump() {
    let letters = match Letters::load(None) {
        Ok(l) => l,
        Err(e) => panic!("{e}"),
    };
    let house = House::new().unwrap();
    std::fs::create_dir_all("/tmp/letters-out").unwrap();
    let mut n = 0;
    for language in [Language::De, Language::En] {
        sample::each(&letters, &house, language, &mut |name, r| {
            n += 1;
            std::fs::write(
                format!("/tmp/letters-out/{name}.txt"),
                format!("From: {}\nSubject: {}\n\n{}", r.from_name, r.subject, r.text),
            )
            .unwrap();
            if let Some(h) = r.html {
                std::fs::write(format!("/tmp/letters-out/{name}.html"), h).unwrap();
            }
        })
        .unwrap();
    }
    println!("{n}");
}
