import Statistics
import Testing

@testable import Rules

struct `Hysteresis` {
  @Test func `turns on at the first bound and off beyond the second`() {
    #expect(
      Rules.Hysteresis.latch(rises: 0b00010, stays: 0b10111, wasOn: false, count: 5) == 0b00110)
  }

  @Test(arguments: 0..<200)
  func `equals the loop that says it plainly`(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let count = Int(random.next() % 64) + 1
    let mask: UInt64 = ~0 >> UInt64(64 - count)
    let rises = random.next() & random.next() & mask
    let stays = (random.next() | random.next()) & mask
    let wasOn = random.next() % 2 == 0
    var isOn = wasOn
    var want: UInt64 = 0
    for tick in 0..<count {
      let bit: UInt64 = 1 << UInt64(tick)
      isOn = rises & bit != 0 || (isOn && stays & bit != 0)
      if isOn { want |= bit }
    }
    #expect(
      Rules.Hysteresis.latch(rises: rises, stays: stays, wasOn: wasOn, count: count) == want)
  }
}
