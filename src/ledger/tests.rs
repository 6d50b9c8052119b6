use super::*;
use crate::diagnostic::Severity;

fn year() -> Year {
    Year::new(2022).unwrap()
}

fn issuer() -> IssuerId {
    "150600".parse().unwrap()
}

fn open(root: &Path, realm: &Realm, access: Access) -> (Option<Ledger>, Vec<(Severity, String)>) {
    let mut problems = Diagnostics::new();
    let ledger = Ledger::open(root, realm, &issuer(), access, &mut problems);
    let told = problems.into_sorted().into_iter();
    (ledger, told.map(|it| (it.severity, format!("{}: {}", it.place, it.message))).collect())
}

fn issued(index: u64, person: &str) -> Entry {
    let (person, record) = (person.to_owned(), "0".repeat(64));
    Entry::Issued(Issued { index, person, record, card: format!("#1{index:017}") })
}

/// Adds lines to the ledger of a realm, as a build does.
pub(crate) fn append(root: &Path, realm: &Realm, entries: &[Entry]) {
    let (ledger, told) = open(root, realm, Access::Write);
    assert_eq!(told, []);
    let mut ledger = ledger.unwrap();
    entries.iter().for_each(|entry| ledger.stage(year(), entry).unwrap());
    ledger.commit().unwrap();
}

/// A ledger of so many cards of 2022, of one person each.
pub(crate) fn cards(root: &Path, realm: &Realm, count: u64) {
    let entries: Vec<_> = (0..count).map(|index| issued(index, &format!("p-{index}"))).collect();
    append(root, realm, &entries);
}

/// The folder's files by name.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    list(folder)
        .unwrap()
        .into_iter()
        .map(|(name, path)| (name, std::fs::read(path).unwrap()))
        .collect()
}

const BOOK: &str = "150600-2022.jsonl";
const JOURNAL: &str = "150600-2022.journal";

#[test]
fn lines_come_back_as_they_were_staged() {
    let root = tempfile::tempdir().unwrap();
    let realm = Realm::specimen();
    let revoked = Entry::Revoked(Revoked { index: 2, revokes: 0, reason: RevocationReason::Fraud });
    append(root.path(), &realm, &[issued(0, "a"), issued(1, "b")]);
    append(root.path(), &realm, &[revoked.clone(), issued(3, "b"), issued(4, "a")]);
    let (ledger, told) = open(root.path(), &realm, Access::Read);
    assert_eq!(told, []);
    let ledger = ledger.unwrap();
    assert_eq!(Entry::Issued(ledger.latest(year(), "a").unwrap().unwrap()), issued(4, "a"));
    assert_eq!(ledger.size(year()), 5);
    assert_eq!(ledger.replaced(year()).iter().map(|it| it.index).collect::<Vec<_>>(), [1, 0]);
    let withdrawn: Vec<_> = ledger.withdrawn(year()).into_iter().collect();
    assert_eq!(withdrawn, [(0, RevocationReason::Fraud), (1, RevocationReason::Superseded)]);
    assert_eq!(ledger.successors(year()), BTreeMap::from([(0, 4), (1, 3)]));
    assert_eq!(revoked.line(), b"{\"index\":2,\"revokes\":0,\"reason\":\"fraud\"}\n");
}

#[test]
fn realms_have_ledgers_of_their_own() {
    let root = tempfile::tempdir().unwrap();
    cards(root.path(), &Realm::specimen(), 3);
    cards(root.path(), &"training".parse().unwrap(), 1);
    let size = |realm: &str| {
        let (ledger, told) = open(root.path(), &realm.parse().unwrap(), Access::Read);
        assert_eq!(told, []);
        ledger.unwrap().size(year())
    };
    assert_eq!((size("specimen"), size("training"), size("production")), (3, 1, 0));
    assert!(root.path().join("content/ledger/training").join(BOOK).exists());
}

#[test]
fn what_is_changed_after_its_release_is_told() {
    let root = tempfile::tempdir().unwrap();
    let realm = Realm::specimen();
    append(root.path(), &realm, &[issued(0, "a"), issued(1, "b"), issued(2, "a")]);
    let folder = root.path().join("content/ledger");
    let (book, journal) = (folder.join(BOOK), folder.join(JOURNAL));
    let (whole, kept) = (std::fs::read(&book).unwrap(), std::fs::read(&journal).unwrap());
    let text = String::from_utf8(whole.clone()).unwrap();
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let journal_text = String::from_utf8(kept.clone()).unwrap();
    let told = |book_bytes: Option<&[u8]>, journal_bytes: Option<&[u8]>, words: &str| {
        for (path, bytes) in [(&book, book_bytes), (&journal, journal_bytes)] {
            let _ = std::fs::remove_file(path);
            bytes.into_iter().for_each(|bytes| std::fs::write(path, bytes).unwrap());
        }
        for access in [Access::Read, Access::Write] {
            let (_, told) = open(root.path(), &realm, access);
            assert_eq!(told.len(), 1, "{words}: {told:?}");
            assert!(told[0].0 == Severity::Error && told[0].1.contains(words), "{told:?}");
            let now = book.exists().then(|| std::fs::read(&book).unwrap());
            assert_eq!(now.as_deref(), book_bytes, "{words}: nothing is repaired");
        }
    };
    let some = |text: &str| Some(text.as_bytes().to_vec());
    // Of a superseded line, every byte but its end.
    for at in [3, 12, 25, 60, lines[0].len() - 3] {
        let mut changed = whole.clone();
        changed[at] ^= 1;
        told(Some(&changed), Some(&kept), BOOK);
    }
    let stranger = lines[1].replace("\"b\"", "\"c\"");
    let forged = some(&[lines[0], &stranger, lines[2]].concat());
    told(forged.as_deref(), Some(&kept), "有人改过");
    told(some(&lines[..2].concat()).as_deref(), Some(&kept), "应有 3 行，只有 2 行");
    told(Some(&whole[..whole.len() - 1]), Some(&kept), "应有 3 行，只有 2 行");
    told(Some(b""), Some(&kept), "应有 3 行，只有 0 行");
    told(None, Some(&kept), "不见了");
    let more = text.clone() + &lines[0].replace(":0,", ":3,");
    told(some(&more).as_deref(), Some(&kept), "多出来的行");
    told(Some(&whole), None, "没有 .journal");
    told(Some(&whole), Some(b"{}"), "损坏");
    told(Some(&whole), Some(&kept[..kept.len() / 2]), "损坏");
    let other = journal_text.replace("\"entries\":3", "\"entries\":4");
    told(Some(&whole), some(&other).as_deref(), "有人改过");
}

/// Power fails at each moment of an append, or the disk is full: the old ledger or
/// the new one is there afterwards, and nothing between.
#[test]
fn an_append_that_stops_anywhere_ends_as_before_or_as_after() {
    let realm = Realm::specimen();
    for old_count in [0, 2] {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("content/ledger");
        if old_count > 0 {
            cards(root.path(), &realm, old_count);
        }
        let before = files(&folder);
        append(root.path(), &realm, &[issued(old_count, "x"), issued(old_count + 1, "p-0")]);
        let after = files(&folder);
        let journal: journal::Journal = serde_json::from_slice(&after[JOURNAL]).unwrap();
        let begun = journal::Journal {
            committed: match before.get(JOURNAL) {
                Some(before) => {
                    serde_json::from_slice::<journal::Journal>(before).unwrap().committed
                }
                None => journal::Extent::empty(),
            },
            next: Some(journal.committed),
        };
        let old = before.get(BOOK).cloned().unwrap_or_default();
        let whole = &after[BOOK];
        assert_eq!(whole[..old.len()], old);
        let lengths = old.len()..=whole.len();
        let cut = lengths.map(|length| whole[..length].to_vec());
        // The length came before the bytes.
        let holes = [[old.clone(), vec![0; whole.len() - old.len()]].concat()];
        for state in cut.chain(holes) {
            begun.write(&folder.join(JOURNAL)).unwrap();
            std::fs::write(folder.join(BOOK), &state).unwrap();
            std::fs::write(folder.join("150600-2022.jsonl.staged"), "left over").unwrap();
            let size = |access| {
                let (ledger, told) = open(root.path(), &realm, access);
                let is_torn = state != *whole && state.len() > old.len();
                assert_eq!(told.len(), usize::from(is_torn), "{told:?}");
                assert!(told.iter().all(|(severity, _)| *severity == Severity::Warning));
                ledger.unwrap().size(year())
            };
            let expected = if state == *whole { old_count + 2 } else { old_count };
            assert_eq!(size(Access::Read), expected);
            assert_eq!(std::fs::read(folder.join(BOOK)).unwrap(), state, "reading repairs nothing");
            assert_eq!(size(Access::Write), expected);
            let now = std::fs::read(folder.join(BOOK)).unwrap();
            assert_eq!(now, if state == *whole { whole.clone() } else { old.clone() });
            // And goes on from there.
            let (ledger, told) = open(root.path(), &realm, Access::Write);
            assert_eq!(told, []);
            let mut ledger = ledger.unwrap();
            assert_eq!(ledger.give_index(year()).get(), expected);
            ledger.stage(year(), &issued(expected, "y")).unwrap();
            ledger.commit().unwrap();
            assert_eq!(
                open(root.path(), &realm, Access::Read).0.unwrap().size(year()),
                expected + 1
            );
        }
    }
}

#[test]
fn one_writer_at_a_time_and_nothing_left_of_a_failure() {
    let root = tempfile::tempdir().unwrap();
    let realm = Realm::specimen();
    let folder = root.path().join("content/ledger");
    let (first, told) = open(root.path(), &realm, Access::Write);
    assert!(first.is_some() && told.is_empty());
    let (second, told) = open(root.path(), &realm, Access::Write);
    assert!(second.is_none() && told[0].1.contains("另一次构建"), "{told:?}");
    assert!(open(root.path(), &realm, Access::Read).0.is_some(), "readers may look");
    let mut first = first.unwrap();
    first.stage(year(), &issued(0, "a")).unwrap();
    drop(first);
    assert!(!folder.exists(), "a first build that fails leaves no folder");
    cards(root.path(), &realm, 1);
    assert_eq!(files(&folder).into_keys().collect::<Vec<_>>(), [JOURNAL, BOOK]);
}
