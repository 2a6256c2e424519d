#pragma once

namespace lorashear::app {

/// Starts this program once more with OMP_WAIT_POLICY=passive unless the person chose a policy: libgomp reads it before main()
/// runs, and its busy waiting costs up to ten times the speed when somebody else uses a core. Returns when nothing is to be done
/// or the second start fails; a guard variable keeps it from happening twice.
void reexecWithPassiveWaits(char** argv);

}  // namespace lorashear::app
