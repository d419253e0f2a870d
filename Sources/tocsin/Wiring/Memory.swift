import CMalloc

/// How a program that runs for months asks the system for memory.
///
/// The C library gives every thread an arena of its own, up to eight for each core, and keeps in it what
/// was freed there. The engine goes from thread to thread, so all of them fill in the course of hours:
/// memory grew by half in one hour of an even load. With two arenas, and blocks of a state that is being
/// saved mapped by themselves, what was freed is used again.
enum Memory {
  private static let arenasMax: Int32 = 2
  /// Blocks of this size are given back to the system when they are freed, in bytes.
  private static let mappedFrom: Int32 = 1 << 20

  /// To be called before there is a second thread.
  static func settle() {
    // Hints: where the library refuses them, all works as before.
    _ = mallopt(M_ARENA_MAX, arenasMax)
    _ = mallopt(M_MMAP_THRESHOLD, mappedFrom)
  }

  /// Gives back what is free, after something large was freed.
  static func giveBack() { _ = malloc_trim(0) }
}
