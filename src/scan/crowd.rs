//! A count of what looks like the corner of a QR code, taken before the search.
//!
//! rxing compares each such place with every corner found before it, so a
//! picture tiled with corners would keep it busy for many minutes.

use rxing::common::{BitArray, BitMatrix};

/// Places like a corner in one look. A sheet 4,096 pixels wide, tiled with 144
/// codes of 4 pixels a module, has 25,500, most of them among the modules.
const PLACES_MAX: usize = 50_000;
/// rxing looks at every third row of pixels.
const ROW_STEP: usize = 3;

/// Whether the picture has more places like a corner than can be looked at.
pub(super) fn is_crowded(matrix: &BitMatrix) -> bool {
    let mut places = 0;
    for y in (ROW_STEP as u32 - 1..matrix.height()).step_by(ROW_STEP) {
        places += places_in(&matrix.getRow(y));
        if places > PLACES_MAX {
            return true;
        }
    }
    false
}

/// The runs dark, light, dark, light, dark of a row that are like 1 : 1 : 3 :
/// 1 : 1.
fn places_in(row: &BitArray) -> usize {
    let mut runs = [0_usize; 5];
    let mut is_dark = false;
    let mut places = 0;
    for x in 0..row.get_size() {
        if row.get(x) != is_dark {
            places += usize::from(is_dark && is_like_a_corner(runs));
            is_dark = !is_dark;
            runs.rotate_left(1);
            runs[4] = 0;
        }
        runs[4] += 1;
    }
    places + usize::from(is_dark && is_like_a_corner(runs))
}

/// rxing's first test of five runs, whose dark ones ought to be 1, 3 and 1
/// modules long and whose light ones 1 and 1, in integers.
fn is_like_a_corner(runs: [usize; 5]) -> bool {
    let [left, gap, middle, other_gap, right] = runs;
    // A module is `dark` / 5 of ink and `light` / 2 of paper; neither may be four
    // times the other.
    let (dark, light) = (left + middle + right, gap + other_gap);
    let is_even = dark <= 10 * light && 5 * light <= 8 * dark;
    // A dark run may be off by ¾ module + ½ pixel, a light one by ⅓ and ½.
    let is_dark =
        |run: usize, modules: usize| (20 * run).abs_diff(4 * modules * dark) <= 3 * dark + 10;
    let is_light = |run: usize| (6 * run).abs_diff(3 * light) <= light + 3;
    middle >= 3
        && middle >= 2 * left.max(right)
        && middle >= gap.max(other_gap)
        && is_even
        && is_dark(left, 1)
        && is_dark(middle, 3)
        && is_dark(right, 1)
        && is_light(gap)
        && is_light(other_gap)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_corner_is_one_one_three_one_one() {
        for runs in [[1, 1, 3, 1, 1], [4, 4, 12, 4, 4], [3, 5, 13, 4, 4], [5, 3, 13, 3, 5]] {
            assert!(is_like_a_corner(runs), "{runs:?}");
        }
        for runs in [[1, 1, 1, 1, 1], [4, 4, 4, 4, 4], [4, 4, 12, 4, 12], [4, 11, 12, 4, 4]] {
            assert!(!is_like_a_corner(runs), "{runs:?}");
        }
    }

    #[test]
    fn a_row_is_searched_to_both_ends() {
        let row = |modules: &str| {
            let mut row = BitArray::with_size(modules.len());
            for (at, module) in modules.chars().enumerate() {
                if module == '#' {
                    row.set(at);
                }
            }
            row
        };
        assert_eq!(places_in(&row("#.###.#")), 1);
        assert_eq!(places_in(&row("..#.###.#.......#.###.#..")), 2);
        assert_eq!(places_in(&row(".........")), 0);
        assert_eq!(places_in(&row("")), 0);
    }
}
