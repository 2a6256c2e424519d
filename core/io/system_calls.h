#pragma once

#include <cerrno>
#include <cstddef>

#include <unistd.h>

namespace lorashear {

/// A system call's result; calls again what a signal interrupted (EINTR).
template <class Call>
auto uninterrupted(const Call& call) {
    auto result = call();
    while (result == -1 && errno == EINTR) result = call();
    return result;
}

/// Writes all of it however little each call takes. The number of bytes written: fewer than asked for if one failed, with errno set.
inline std::size_t writeAll(int descriptor, const void* data, std::size_t bytes) {
    std::size_t done = 0;
    while (done < bytes) {
        const auto written =
            uninterrupted([&] { return ::write(descriptor, static_cast<const char*>(data) + done, bytes - done); });
        if (written == 0) errno = EIO;  // no file does that: never asked again for ever
        if (written <= 0) return done;
        done += static_cast<std::size_t>(written);
    }
    return done;
}

}  // namespace lorashear
