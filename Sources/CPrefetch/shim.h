#pragma once

/* Asks for the cache line at an address that is read soon. Never faults and never waits. */
static inline __attribute__((always_inline)) void prefetch_line(const void *address) {
  __builtin_prefetch(address);
}
