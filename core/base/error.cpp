#include "core/base/error.h"

#include "core/base/printable.h"

namespace lorashear {

namespace {

std::string compose(const std::string& subject, const std::string& message, const std::string& hint) {
    std::string text = subject.empty() ? message : subject + ": " + message;
    if (!hint.empty()) text += "\n" + hint;
    return text;
}

/// Errors quote files of other people, and end in terminals, logs and windows.
std::string shown(const std::string& text) {
    constexpr std::size_t kLongest = 4000;
    return printable(text, kLongest);
}

}  // namespace

Error::Error(ErrorCode code, std::string subject, std::string message, std::string hint)
    : std::runtime_error(compose(shown(subject), shown(message), shown(hint))),
      m_code(code),
      m_subject(shown(subject)),
      m_message(shown(message)),
      m_hint(shown(hint)) {}

const char* errorCodeName(ErrorCode code) {
    switch (code) {
        case ErrorCode::Internal: return "internal";
        case ErrorCode::Usage: return "usage";
        case ErrorCode::BadInput: return "bad-input";
        case ErrorCode::Unsupported: return "unsupported";
        case ErrorCode::BadRecipe: return "bad-recipe";
        case ErrorCode::Impossible: return "impossible";
        case ErrorCode::Io: return "io";
        case ErrorCode::Numeric: return "numeric";
        case ErrorCode::Verification: return "verification";
        case ErrorCode::Cancelled: return "cancelled";
    }
    return "internal";
}

int exitCode(ErrorCode code) {
    return static_cast<int>(code);
}

}  // namespace lorashear
