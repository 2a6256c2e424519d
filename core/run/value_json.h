#pragma once

#include "core/base/error.h"

#include <nlohmann/json.hpp>

#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

/// Values to JSON and back from one description each: `template <class V> void describe(V& v, T& t)` names the fields once, and
/// a writer or a reader walks over them. Numbers survive the trip bit for bit; NaN and infinity travel as null (NaN).
namespace lorashear::value_json {

using nlohmann::json;

/// Names of an enum's values in order, specialised beside its describe().
template <class E>
struct EnumNames;

template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::true_type {};
template <class T>
struct IsMap : std::false_type {};
template <class T>
struct IsMap<std::map<std::string, T>> : std::true_type {};
template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};
template <class T>
struct IsShared : std::false_type {};
template <class T>
struct IsShared<std::shared_ptr<const T>> : std::true_type {};

class Writer {
public:
    static constexpr bool kReads = false;
    json result = json::object();
    template <class T>
    void operator()(const char* key, T& value) {
        result[key] = write(value);
    }
    template <class T>
    void added(const char* key, T& value) {
        (*this)(key, value);
    }
    template <class T>
    static json write(const T& value) {
        if constexpr (std::is_same_v<T, json>) {
            return value;
        } else if constexpr (std::is_enum_v<T>) {
            return EnumNames<T>::kNames.at(static_cast<std::size_t>(value));
        } else if constexpr (IsVector<T>::value) {
            json list = json::array();
            for (const auto& entry : value) list.push_back(write(entry));
            return list;
        } else if constexpr (IsMap<T>::value) {
            json object = json::object();
            for (const auto& [key, entry] : value) object[key] = write(entry);
            return object;
        } else if constexpr (IsOptional<T>::value) {
            return value ? write(*value) : json();
        } else if constexpr (IsShared<T>::value) {
            return value ? write(*value) : json();
        } else if constexpr (std::is_same_v<T, double>) {
            return std::isfinite(value) ? json(value) : json();
        } else if constexpr (std::is_constructible_v<json, const T&> && !std::is_class_v<T>) {
            return value;
        } else if constexpr (std::is_same_v<T, std::string>) {
            return value;
        } else {
            Writer inner;
            describe(inner, const_cast<T&>(value));
            return std::move(inner.result);
        }
    }
};

class Reader {
public:
    static constexpr bool kReads = true;
    explicit Reader(const json& source) : m_source(source) {}
    template <class T>
    void operator()(const char* key, T& value) {
        if constexpr (IsOptional<T>::value)
            if (!m_source.contains(key)) return value.reset();  // events of older runs
        read(m_source.at(key), value);
    }
    /// A field that files of earlier programs lack: it keeps its default there.
    template <class T>
    void added(const char* key, T& value) {
        if (m_source.contains(key)) (*this)(key, value);
    }
    template <class T>
    static void read(const json& from, T& value) {
        if constexpr (std::is_same_v<T, json>) {
            value = from;
        } else if constexpr (std::is_enum_v<T>) {
            readEnum(from, value);
        } else if constexpr (IsVector<T>::value) {
            value.clear();
            for (const auto& entry : from) read(entry, value.emplace_back());
        } else if constexpr (IsMap<T>::value) {  // keys that are not there keep what they have
            for (const auto& [key, entry] : from.items()) read(entry, value[key]);
        } else if constexpr (IsOptional<T>::value) {
            value.reset();
            if (!from.is_null()) read(from, value.emplace());
        } else if constexpr (IsShared<T>::value) {
            readShared(from, value);
        } else if constexpr (std::is_same_v<T, double>) {
            value = from.is_null() ? std::numeric_limits<double>::quiet_NaN() : from.get<double>();
        } else if constexpr (!std::is_class_v<T> || std::is_same_v<T, std::string>) {
            value = from.get<T>();
        } else {
            Reader inner(from);
            describe(inner, value);
        }
    }

private:
    template <class E>
    static void readEnum(const json& from, E& value) {
        const auto name = from.get<std::string>();
        for (std::size_t i = 0; i < EnumNames<E>::kNames.size(); ++i)
            if (name == EnumNames<E>::kNames[i]) {
                value = static_cast<E>(i);
                return;
            }
        throw Error(ErrorCode::BadInput, name, "is not a value known here", "the file may come from a newer program");
    }
    template <class T>
    static void readShared(const json& from, std::shared_ptr<const T>& value) {
        value.reset();
        if (from.is_null()) return;
        auto fresh = std::make_shared<T>();
        read(from, *fresh);
        value = std::move(fresh);
    }

    const json& m_source;
};

}  // namespace lorashear::value_json
