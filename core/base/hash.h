#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace lorashear {

/// Incremental SHA-256 (OpenSSL). Used for the identity of weights, texts and recipes.
class Sha256 {
public:
    Sha256();
    ~Sha256();
    Sha256(const Sha256&) = delete;
    Sha256& operator=(const Sha256&) = delete;

    void add(const void* data, std::size_t bytes);
    void add(std::string_view text) { add(text.data(), text.size()); }
    std::string hex();  ///< finishes; 64 lower-case hex digits

private:
    struct State;
    std::unique_ptr<State> m_state;
};

std::string sha256(std::string_view text);
std::string sha256OfFile(const std::filesystem::path& path);  ///< throws Error(Io)

}  // namespace lorashear
