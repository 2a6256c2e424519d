#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "core/adapters/module_pattern.h"

#include "core/base/error.h"

namespace lorashear {

namespace {

constexpr std::uint32_t kMatchLimit = 100000;

std::string message(int code) {
    unsigned char text[256];
    pcre2_get_error_message(code, text, sizeof text);
    return reinterpret_cast<const char*>(text);
}

}  // namespace

struct ModulePattern::Compiled {
    pcre2_code* code = nullptr;
    ~Compiled() { pcre2_code_free(code); }
};

ModulePattern::ModulePattern(const std::string& expression, std::string subject) : m_subject(std::move(subject)) {
    auto compiled = std::make_shared<Compiled>();
    int error = 0;
    std::size_t offset = 0;
    compiled->code = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(expression.data()), expression.size(), PCRE2_UTF, &error,
                                   &offset, nullptr);
    if (!compiled->code)
        throw Error(ErrorCode::BadInput, m_subject,
                    "the regular expression \"" + expression + "\" does not compile: " + message(error));
    m_compiled = std::move(compiled);
}

int ModulePattern::run(const std::string& text, unsigned options, std::string* capture) const {
    const std::unique_ptr<pcre2_match_data, void (*)(pcre2_match_data*)> data(
        pcre2_match_data_create_from_pattern(m_compiled->code, nullptr), pcre2_match_data_free);
    const std::unique_ptr<pcre2_match_context, void (*)(pcre2_match_context*)> context(pcre2_match_context_create(nullptr),
                                                                                       pcre2_match_context_free);
    pcre2_set_match_limit(context.get(), kMatchLimit);
    const int found = pcre2_match(m_compiled->code, reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), 0,
                                  options | PCRE2_ANCHORED, data.get(), context.get());
    if (found < 0 && found != PCRE2_ERROR_NOMATCH)
        throw Error(ErrorCode::BadInput, m_subject, "the regular expression fails on \"" + text + "\": " + message(found));
    if (found >= 2 && capture) {
        const auto* range = pcre2_get_ovector_pointer(data.get());
        *capture = text.substr(range[2], range[3] - range[2]);
    }
    return found;
}

bool ModulePattern::fullMatch(const std::string& text) const {
    return run(text, PCRE2_ENDANCHORED, nullptr) >= 0;
}

std::string ModulePattern::firstCapture(const std::string& text) const {
    std::string capture;
    run(text, 0, &capture);
    return capture;
}

}  // namespace lorashear
