#include "core/base/error.h"

namespace lorashear {

namespace {

std::string compose(const std::string& subject, const std::string& message, const std::string& hint) {
    std::string text = subject.empty() ? message : subject + ": " + message;
    if (!hint.empty()) text += "\n" + hint;
    return text;
}

}  // namespace

Error::Error(ErrorCode code, std::string subject, std::string message, std::string hint)
    : std::runtime_error(compose(subject, message, hint)),
      m_code(code),
      m_subject(std::move(subject)),
      m_message(std::move(message)),
      m_hint(std::move(hint)) {}

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
