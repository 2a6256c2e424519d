#pragma once

namespace lorashear::app {

/// Starts this program once more with the OpenMP waits it needs, unless the person chose a policy: libgomp reads the environment
/// before main() runs. OMP_WAIT_POLICY=passive, because busy waiting costs up to ten times the speed when somebody else uses a core;
/// and GOMP_SPINCOUNT for some ten microseconds of it all the same, because a small model's kernels follow each other faster
/// than a thread is woken. Returns when nothing is to be done or the second start fails; a guard variable keeps it from happening twice.
void reexecWithPassiveWaits(char** argv);

}  // namespace lorashear::app
