#include "app/guarded_output.h"

#include "core/base/mapping_guard.h"
#include "core/base/printable.h"

namespace lorashear::app {

GuardedOutput::~GuardedOutput() {
    pass(m_line.size());
}

void GuardedOutput::pass(std::size_t bytes) {
    if (bytes == 0) return;
    if (damagedMappings() == 0) {
        const std::string part = m_text ? printable(m_line.substr(0, bytes)) : m_line.substr(0, bytes);
        m_to->sputn(part.data(), static_cast<std::streamsize>(part.size()));
    }
    m_line.erase(0, bytes);
}

std::streamsize GuardedOutput::xsputn(const char* text, std::streamsize count) {
    m_line.append(text, static_cast<std::size_t>(count));
    if (const auto end = m_line.rfind('\n'); end != std::string::npos) pass(end + 1);
    return count;
}

GuardedOutput::int_type GuardedOutput::overflow(int_type c) {
    if (traits_type::eq_int_type(c, traits_type::eof())) return traits_type::not_eof(c);
    const char letter = traits_type::to_char_type(c);
    xsputn(&letter, 1);
    return c;
}

int GuardedOutput::sync() {
    pass(m_line.size());
    return m_to->pubsync();
}

}  // namespace lorashear::app
