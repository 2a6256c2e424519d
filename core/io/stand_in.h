#pragma once

#include <string>
#include <string_view>

namespace lorashear {

/// Refuses what often lies where a file should be and is none of it: the pointer that `git clone` leaves without Git LFS, or the web page
/// with which a server answered a download. Error(BadInput) with `subject` (the file's name) says which of them it is and what to do.
/// bytes: the file, or its beginning.
void refuseStandIn(std::string_view bytes, const std::string& subject);

}  // namespace lorashear
