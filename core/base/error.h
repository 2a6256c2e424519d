#pragma once

#include <stdexcept>
#include <string>

namespace lorashear {

/// What kind of failure happened. The numbers are the exit codes of `lorashear` and are never reused.
enum class ErrorCode {
    Internal = 1,      ///< a defect of ours: an invariant did not hold
    Usage = 2,         ///< wrong command line
    BadInput = 3,      ///< a file, model, text or tensor that cannot be used
    Unsupported = 4,   ///< well-formed, but outside what we handle; the message names it
    BadRecipe = 5,     ///< a recipe with unknown keys or bad values; subject is the JSON pointer
    Impossible = 6,    ///< a request that no plan can meet; the message names the largest reachable
    Io = 7,            ///< reading or writing failed (disk full, permission, the destination exists)
    Numeric = 8,       ///< NaN or infinity in weights, loss or logits
    Verification = 9,  ///< two things that must agree do not
    Cancelled = 10,    ///< stopped on request; not a failure
};

/// The one exception type of core. It says what, where, and what to do about it.
///
/// Caught at three places only: the worker's entry, the command line's main, the window's command dispatch.
class Error : public std::runtime_error {
public:
    /// subject: file, tensor, JSON pointer or option the error is about. hint: what the person can do.
    Error(ErrorCode code, std::string subject, std::string message, std::string hint = {});

    ErrorCode code() const { return m_code; }
    const std::string& subject() const { return m_subject; }
    const std::string& message() const { return m_message; }
    const std::string& hint() const { return m_hint; }

private:
    ErrorCode m_code;
    std::string m_subject, m_message, m_hint;
};

/// Stable lower-case name used in JSON, e.g. "bad-input".
const char* errorCodeName(ErrorCode code);

/// Process exit status for a failure of this kind.
int exitCode(ErrorCode code);

}  // namespace lorashear
