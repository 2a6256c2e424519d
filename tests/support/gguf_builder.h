#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace lorashear::test {

/// Writes GGUF byte by byte, right or wrong as a test wants it: nothing is checked, counts can lie.
class GgufBuilder {
public:
    std::uint32_t version = 3;
    std::uint64_t alignment = 32;
    std::int64_t claimedValues = -1, claimedTensors = -1;  ///< -1: the true ones

    template <typename T>
    static std::string raw(T value) {
        std::string bytes(sizeof(T), '\0');
        std::memcpy(bytes.data(), &value, sizeof(T));
        return bytes;
    }
    static std::string raw(std::string_view text) {
        std::string bytes = raw<std::uint64_t>(text.size());
        bytes.append(text);
        return bytes;
    }

    void value(std::string_view key, std::uint32_t type, const std::string& payload) {
        m_values += raw(key) + raw(type) + payload;
        ++m_valueCount;
    }
    void u32(std::string_view key, std::uint32_t number) { value(key, 4, raw(number)); }
    void f32(std::string_view key, float number) { value(key, 6, raw(number)); }
    void flag(std::string_view key, bool on) { value(key, 7, std::string(1, on ? '\1' : '\0')); }
    void text(std::string_view key, std::string_view words) { value(key, 8, raw(words)); }
    void array(std::string_view key, std::uint32_t type, std::uint64_t count, const std::string& payload) {
        value(key, 9, raw(type) + raw(count) + payload);
    }
    void texts(std::string_view key, const std::vector<std::string>& list) {
        std::string payload;
        for (const auto& words : list) payload += raw(std::string_view(words));
        array(key, 8, list.size(), payload);
    }
    template <typename T>
    void numbers(std::string_view key, std::uint32_t type, const std::vector<T>& list) {
        std::string payload;
        for (const T number : list) payload += raw(number);
        array(key, type, list.size(), payload);
    }

    /// sizes are innermost first, as in the file.
    void tensor(std::string_view name, const std::vector<std::uint64_t>& sizes, std::uint32_t type,
                const std::string& bytes) {
        pad(m_data);
        tensorAt(name, sizes, type, m_data.size());
        m_data += bytes;
    }
    void tensorAt(std::string_view name, const std::vector<std::uint64_t>& sizes, std::uint32_t type, std::uint64_t offset) {
        m_tensors += raw(name) + raw(static_cast<std::uint32_t>(sizes.size()));
        for (const auto size : sizes) m_tensors += raw(size);
        m_tensors += raw(type) + raw(offset);
        ++m_tensorCount;
    }
    void floats(std::string_view name, const std::vector<std::uint64_t>& sizes, const std::vector<float>& values) {
        tensor(name, sizes, 0, std::string(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float)));
    }

    std::string bytes() const {
        std::string file = "GGUF" + raw(version);
        file += raw<std::uint64_t>(claimedTensors < 0 ? m_tensorCount : static_cast<std::uint64_t>(claimedTensors));
        file += raw<std::uint64_t>(claimedValues < 0 ? m_valueCount : static_cast<std::uint64_t>(claimedValues));
        file += m_values + m_tensors;
        if (m_tensorCount > 0) pad(file);
        return file + m_data;
    }

private:
    void pad(std::string& text) const { text.append((alignment - text.size() % alignment) % alignment, '\0'); }

    std::string m_values, m_tensors, m_data;
    std::uint64_t m_valueCount = 0, m_tensorCount = 0;
};

/// A whole Llama of one layer: hidden 8, two heads of 4 over one KV head, MLP 6, five tokens of byte-level BPE. Every number of a tensor is its place.
inline GgufBuilder tinyLlama(const std::string& architecture = "llama", const std::string& skip = {}) {
    GgufBuilder file;
    file.text("general.architecture", architecture);
    const auto size = [&](const std::string& key, std::uint32_t number) {
        if (key != skip) file.u32(architecture + "." + key, number);
    };
    size("block_count", 1);
    size("context_length", 16);
    size("embedding_length", 8);
    size("feed_forward_length", 6);
    size("attention.head_count", 2);
    size("attention.head_count_kv", 1);
    file.f32(architecture + ".attention.layer_norm_rms_epsilon", 1e-5f);
    file.text("tokenizer.ggml.model", "gpt2");
    file.text("tokenizer.ggml.pre", "gpt-2");
    file.texts("tokenizer.ggml.tokens", {"<s>", "a", "b", "ab", "Ġ"});
    file.numbers<std::int32_t>("tokenizer.ggml.token_type", 5, {3, 1, 1, 1, 1});
    file.texts("tokenizer.ggml.merges", {"a b"});
    file.u32("tokenizer.ggml.bos_token_id", 0);
    const auto tensor = [&](const std::string& name, const std::vector<std::uint64_t>& sizes) {
        if (name == skip) return;
        std::uint64_t count = 1;
        for (const auto n : sizes) count *= n;
        std::vector<float> values(count);
        for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i);
        file.floats(name, sizes, values);
    };
    tensor("token_embd.weight", {8, 5});
    tensor("output_norm.weight", {8});
    tensor("blk.0.attn_norm.weight", {8});
    tensor("blk.0.attn_q.weight", {8, 8});
    tensor("blk.0.attn_k.weight", {8, 4});
    tensor("blk.0.attn_v.weight", {8, 4});
    tensor("blk.0.attn_output.weight", {8, 8});
    tensor("blk.0.ffn_norm.weight", {8});
    tensor("blk.0.ffn_gate.weight", {8, 6});
    tensor("blk.0.ffn_up.weight", {8, 6});
    tensor("blk.0.ffn_down.weight", {6, 8});
    return file;
}

}  // namespace lorashear::test
