//! A kit as it is made, and as it becomes bad.

#![expect(clippy::disallowed_methods, reason = "another program makes the same archive")]

use super::tar::{Fault, read, write};
use super::*;
use crate::credential::trust::SpecimenIssuer;

fn files() -> Files<'static> {
    Files::from([
        ("keys/root.note", &b"root\n"[..]),
        ("keys/trust.note", &[7; 1_000]),
        ("policy/0123456789abcdef.json", b"{}"),
        ("revoked/150600-2022.note", b""),
    ])
}

fn manifest(files: &Files<'_>) -> Manifest {
    let specimen = |id: &str| SpecimenIssuer {
        id: id.parse().unwrap(),
        name: "样张 人社局".to_owned(),
        hosts: vec!["cards.example".parse().unwrap()],
    };
    let realm = crate::credential::realm::Realm::specimen();
    let specimens = vec![specimen("150600"), specimen("150700")];
    Manifest::of(realm, "2023-01-05T09:00:00+08:00".parse().unwrap(), specimens, files)
}

fn kit() -> Vec<u8> {
    let (key, signer) = manifest::specimen_key(&"150600".parse().unwrap());
    make(&files(), &manifest(&files()), &key, &signer).unwrap()
}

/// The block with a checksum that fits it.
fn summed(mut block: Vec<u8>) -> Vec<u8> {
    block[148..156].fill(b' ');
    let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
    block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    block
}

#[test]
fn a_kit_says_what_was_put_into_it() {
    let bytes = kit();
    assert_eq!(bytes, kit(), "the same bytes every time");
    let kit = Kit::read(&bytes).unwrap();
    assert_eq!(kit.file("keys/root.note"), Some(&b"root\n"[..]));
    assert_eq!(kit.file("kit.note"), None, "the manifest is no file of the kit");
    let policies: Vec<_> = kit.folder("policy/").collect();
    assert_eq!(policies, [("0123456789abcdef.json", &b"{}"[..])]);
    let manifest = kit.specimens().unwrap().expect("it is of specimens");
    assert_eq!(manifest.specimens.len(), 2);
    assert_eq!(manifest.specimens[1].name, "样张 人社局");
}

#[test]
fn a_manifest_has_one_spelling() {
    let text = manifest(&files()).to_string();
    assert_eq!(text.parse::<Manifest>().unwrap().to_string(), text);
    let wrong = [
        text.replace("kit/1", "kit/2"),
        text.replace("realm specimen", "realm  specimen"),
        text.replace("realm specimen", "realm training"),
        text.replace(" 1000 ", " 01000 "),
        text.replace("150700", "150600"),
        text.replace("file policy", "filed policy"),
        text.replace("file keys/root.note 5 ", "file keys/root.note 5 5 "),
        text.replace('\n', "\r\n"),
        text.trim_end().to_owned(),
        format!("{text}\n"),
        format!("{text}{}", text.lines().last().unwrap()),
    ];
    for wrong in wrong {
        assert!(wrong.parse::<Manifest>().is_err(), "{wrong}");
    }
}

#[test]
fn what_was_left_out_added_or_changed_is_told() {
    let (key, signer) = manifest::specimen_key(&"150600".parse().unwrap());
    let said = |change: fn(&mut Files<'static>)| {
        let mut changed = files();
        change(&mut changed);
        let bytes = make(&changed, &manifest(&files()), &key, &signer).unwrap();
        Kit::read(&bytes).unwrap().specimens().map(drop).unwrap_err().to_string()
    };
    let left_out = said(|files| {
        files.remove("revoked/150600-2022.note");
    });
    assert!(left_out.contains("缺少 revoked/150600-2022.note"), "{left_out}");
    let added = said(|files| {
        files.insert("keys/root.1.note", b"");
    });
    assert!(added.contains("多出了 keys/root.1.note"), "{added}");
    let changed = said(|files| {
        files.insert("keys/root.note", b"Root\n");
    });
    assert!(changed.contains("keys/root.note 与清单不符"), "{changed}");
    // Signed by the key of specimens that it does not name.
    let (other, signer) = manifest::specimen_key(&"150800".parse().unwrap());
    let bytes = make(&files(), &manifest(&files()), &other, &signer).unwrap();
    let strange = Kit::read(&bytes).unwrap().specimens().map(drop).unwrap_err();
    assert_eq!(strange, KitError::Note(NoteError::Threshold { needed: 1, found: 0 }));
}

#[test]
fn every_bit_and_every_length() {
    let bytes = kit();
    let is_refused = |bytes: &[u8]| Kit::read(bytes).and_then(|kit| kit.specimens()).is_err();
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut flipped = bytes.clone();
            flipped[at] ^= 1 << bit;
            assert!(is_refused(&flipped), "byte {at}, bit {bit}");
        }
        assert!(is_refused(&bytes[..at]), "cut at {at}");
    }
    assert!(is_refused(&[&bytes[..], &[0]].concat()), "a byte more");
}

#[test]
fn an_archive_is_regular_files_in_order_and_nothing_else() {
    let fault = |bytes: &[u8]| read(bytes).unwrap_err().fault;
    let one = write(&Files::from([("a", &b"x"[..])])).unwrap();
    assert_eq!(one.len(), 4 * 512);
    assert_eq!(read(&one).unwrap(), Files::from([("a", &b"x"[..])]));
    assert_eq!(fault(b""), Fault::Truncated);
    assert_eq!(fault(&one[..1_024]), Fault::Truncated);
    assert_eq!(fault(&one[..one.len() - 1]), Fault::Truncated);
    assert_eq!(fault(&[&one[..], &[0; 512]].concat()), Fault::Trailing);
    let block = |at: usize, bytes: &[u8]| {
        let mut header = one[..512].to_vec();
        header[at..at + bytes.len()].copy_from_slice(bytes);
        [&summed(header), &one[512..]].concat()
    };
    // Hard and symbolic links, devices, folders, pipes, long names, extended headers.
    for kind in *b"123456gxLKS\0" {
        assert_eq!(fault(&block(156, &[kind])), Fault::NotAFile, "type {}", kind as char);
    }
    assert_eq!(fault(&block(257, b"ustar  \0")), Fault::NotAHeader, "the GNU form");
    for path in ["/a", "../a", "a/../b", "a//b", "a/", "A", "a\\b", ".a", "a b", "\u{4e00}"] {
        assert_eq!(fault(&block(0, path.as_bytes())), Fault::Path, "{path}");
        assert_eq!(write(&Files::from([(path, &b""[..])])).unwrap_err().fault, Fault::Path);
    }
    assert_eq!(fault(&block(124, b"00077777777\0")), Fault::FileTooLong);
    assert_eq!(fault(&block(124, b"00020000000\0")), Fault::Truncated, "4 MiB that are not there");
    assert_eq!(fault(&block(124, b"\x80\0\0\0\0\0\0\0\0\0\0\x01")), Fault::Spelling);
    assert_eq!(fault(&block(124, b"000000000 1\0")), Fault::Spelling);
    for (at, bytes) in
        [(100, &b"0000755\0"[..]), (136, b"00000000001\0"), (265, b"root"), (345, b"a")]
    {
        assert_eq!(fault(&block(at, bytes)), Fault::Spelling, "byte {at}");
    }
    let mut padded = one.clone();
    padded[513] = 1;
    assert_eq!(fault(&padded), Fault::Padding);
    assert_eq!(fault(&[&one[..1_024], &one[..]].concat()), Fault::Order);
}

#[test]
fn an_archive_that_is_too_large_is_refused_before_it_is_read() {
    let many: Vec<String> = (0..=tar::FILES_MAX).map(|at| format!("{at:06}")).collect();
    let many: Files<'_> = many.iter().map(|path| (path.as_str(), &b""[..])).collect();
    assert_eq!(write(&many).unwrap_err().fault, Fault::TooMany);
    let large = vec![0; tar::FILE_MAX + 1];
    assert_eq!(write(&Files::from([("a", &large[..])])).unwrap_err().fault, Fault::FileTooLong);
}

/// Another program makes the same archive of the same files.
#[test]
fn tar_makes_and_reads_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    for (path, file) in files() {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, file).unwrap();
    }
    let mut tar = std::process::Command::new("tar");
    tar.args(["--format=ustar", "-b1", "--owner=0", "--group=0", "--numeric-owner"]);
    tar.args(["--mtime=@0", "--mode=0644", "-cf", "-", "-C"]).arg(folder.path());
    let made = tar.args(files().keys()).output().expect("every Debian has tar");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    assert!(made.stdout == write(&files()).unwrap(), "the bytes differ");
}
