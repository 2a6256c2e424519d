#pragma once

namespace lorashear {

/// Whether a method inverts the moments of what groups' readers see, to rank by them or to repair with them: what that takes of memory is known before a run.
struct CurvatureUse {
    bool ranks = false, repairs = false;
};

}  // namespace lorashear
