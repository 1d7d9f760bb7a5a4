#![no_main]
libfuzzer_sys::fuzz_target!(|octets: &[u8]| holds::new_text(octets));
