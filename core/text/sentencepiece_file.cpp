#include "core/text/sentencepiece_file.h"

#include <cstring>

// The wire format (protobuf.dev, "Encoding"): a message is a list of fields, each a tag, field number times 8 plus wire type, and a value:
//
//   type 0: a number, seven bits a byte, lowest first      type 1: 8 bytes      type 2: a length and so many bytes      type 5: 4 bytes
//
// Of sentencepiece_model.proto we need
//
//   ModelProto:   1 pieces (repeated), 2 trainer_spec, 4 self_test_data
//   piece:        1 text, 2 score (float), 3 type (absent: normal)
//   trainer_spec: 3 model_type (absent: unigram), 4 vocab_size, 35 byte_fallback, 40 unk_id, 41 bos_id, 42 eos_id, 43 pad_id

namespace lorashear {

namespace {

constexpr std::uint64_t kNumber = 0, kEightBytes = 1, kBytes = 2, kFourBytes = 5;
constexpr std::uint64_t kPieces = 1, kTrainer = 2, kSelfTest = 4;
constexpr std::uint64_t kModelType = 3, kVocabularySize = 4, kByteFallback = 35, kFirstId = 40, kLastId = 43;

bool takeNumber(std::string_view bytes, std::size_t& at, std::uint64_t& value) {
    value = 0;
    for (int shift = 0; shift < 64 && at < bytes.size(); shift += 7) {
        const auto byte = static_cast<unsigned char>(bytes[at++]);
        value |= std::uint64_t{byte & 0x7Fu} << shift;
        if (byte < 0x80) return true;
    }
    return false;
}

void appendNumber(std::string& bytes, std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) bytes += static_cast<char>(value | 0x80);
    bytes += static_cast<char>(value);
}

void appendField(std::string& bytes, std::uint64_t number, std::uint64_t value) {
    appendNumber(bytes, number << 3 | kNumber);
    appendNumber(bytes, value);
}

void appendField(std::string& bytes, std::uint64_t number, std::string_view content) {
    appendNumber(bytes, number << 3 | kBytes);
    appendNumber(bytes, content.size());
    bytes += content;
}

}  // namespace

bool SentencePieceFile::readFields(std::string_view bytes, std::vector<Field>& fields) {
    for (std::size_t at = 0; at < bytes.size();) {
        const std::size_t begin = at;
        Field field;
        std::uint64_t tag = 0, length = 0;
        if (!takeNumber(bytes, at, tag)) return false;
        field.number = tag >> 3, field.type = tag & 7;
        if (field.type == kNumber) {
            if (!takeNumber(bytes, at, field.value)) return false;
        } else if (field.type == kBytes || field.type == kEightBytes || field.type == kFourBytes) {
            if (field.type == kBytes && !takeNumber(bytes, at, length)) return false;
            if (field.type != kBytes) length = field.type == kEightBytes ? 8 : 4;
            if (length > bytes.size() - at) return false;
            field.content = bytes.substr(at, static_cast<std::size_t>(length));
            at += static_cast<std::size_t>(length);
        } else {
            return false;
        }
        field.whole = bytes.substr(begin, at - begin);
        fields.push_back(field);
    }
    return true;
}

std::optional<SentencePieceFile> SentencePieceFile::parse(std::string bytes) {
    SentencePieceFile file;
    file.m_bytes = std::make_shared<const std::string>(std::move(bytes));
    if (!readFields(*file.m_bytes, file.m_fields) || !file.read()) return {};
    return file;
}

bool SentencePieceFile::read() {
    std::vector<Field> inner;
    for (const Field& field : m_fields) {
        if (field.type != kBytes || (field.number != kPieces && field.number != kTrainer)) continue;
        inner.clear();
        if (!readFields(field.content, inner)) return false;
        if (field.number == kTrainer) {
            for (const Field& part : inner) {
                if (part.number == kModelType && part.type == kNumber) m_model = static_cast<Model>(part.value);
                if (part.number == kByteFallback && part.type == kNumber) m_byteFallback = part.value != 0;
            }
            continue;
        }
        Piece piece;
        for (const Field& part : inner) {
            if (part.number == 1 && part.type == kBytes) piece.text = part.content;
            if (part.number == 2 && part.type == kFourBytes) std::memcpy(&piece.score, part.content.data(), 4);
            if (part.number == 3 && part.type == kNumber) piece.type = static_cast<Type>(part.value);
        }
        m_pieces.push_back(std::move(piece));
    }
    return !m_pieces.empty();
}

std::string SentencePieceFile::trimmed(const TokenRenumbering& ids) const {
    std::string result;
    std::size_t piece = 0, kept = 0;
    for (std::size_t i = 0; i < m_pieces.size(); ++i) kept += ids.of(static_cast<std::int64_t>(i)) >= 0;
    for (const Field& field : m_fields) {
        if (field.number == kSelfTest) continue;
        if (field.number == kPieces && field.type == kBytes) {
            if (ids.of(static_cast<std::int64_t>(piece++)) >= 0) result += field.whole;
            continue;
        }
        if (field.number != kTrainer || field.type != kBytes) {
            result += field.whole;
            continue;
        }
        std::string trainer;
        std::vector<Field> inner;
        readFields(field.content, inner);
        for (const Field& part : inner) {
            const bool id = part.type == kNumber && part.number >= kFirstId && part.number <= kLastId;
            if (part.type == kNumber && part.number == kVocabularySize)
                appendField(trainer, part.number, kept);
            else if (id && part.value < m_pieces.size())
                appendField(trainer, part.number, static_cast<std::uint64_t>(ids.of(static_cast<std::int64_t>(part.value))));
            else
                trainer += part.whole;
        }
        appendField(result, kTrainer, trainer);
    }
    return result;
}

}  // namespace lorashear
