"""The long form of the tests of faults: worlds broken at random while they work, and judged afterwards. `./dev faults`."""
