# Helpers that give every target of ours the same warnings, definitions and precompiled headers.
#
#   lorashear_library(name [TORCH|JSON|QT] [HOT] [APART] SOURCES … LINK …)   a static library of core or ui
#   lorashear_program(name [TORCH|JSON] SOURCES … LINK …)
#   lorashear_test(name LABEL label [TORCH|JSON|QT] [APART] SOURCES … LINK …)
#   lorashear_embed(name symbol file)                                a resource as text in the program
#
# What the build's processor time goes into is not our code but the headers and templates that every unit reads anew, so:
# - TORCH, JSON and QT say which precompiled header the units share (lorashear_pch): LibTorch's, nlohmann/json's, Qt's.
# - A library is compiled eight sources at a time (lorashear_unity) unless it is APART, and the tests of a folder five at a time (lorashear_test_program).
# - Only inner loops (HOT) are compiled with the build type's -O3.

# The owner of a precompiled header. It is compiled once, with the flags of a library; what reuses it may optimise otherwise.
function(lorashear_pch name)
    cmake_parse_arguments(A "" "" "HEADER;LINK" ${ARGN})
    if(LORASHEAR_PCH)
        file(CONFIGURE OUTPUT "${CMAKE_CURRENT_BINARY_DIR}/${name}.cpp" CONTENT "// Owns a precompiled header.\n")
        add_library(${name} OBJECT "${CMAKE_CURRENT_BINARY_DIR}/${name}.cpp")
        target_link_libraries(${name} PUBLIC ${A_LINK})
        target_compile_options(${name} PRIVATE ${lorashear_warnings} ${lorashear_same_everywhere})
        target_compile_definitions(${name} PRIVATE QT_NO_KEYWORDS)
        target_precompile_headers(${name} PRIVATE ${A_HEADER})
    endif()
endfunction()

# Qt's test library defines the folder of each test, and a precompiled header serves those of one folder at most that way. We do not ask it.
set(lorashear_same_everywhere -UQT_TESTCASE_BUILDDIR -UQT_TESTCASE_SOURCEDIR)
set(lorashear_warnings -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion)

# flags: TORCH, JSON or QT, or nothing.
function(lorashear_configure target flags)
    target_compile_options(${target} PRIVATE ${lorashear_warnings})
    if(LORASHEAR_WERROR)
        target_compile_options(${target} PRIVATE -Werror)
    endif()
    target_include_directories(${target} PUBLIC "${PROJECT_SOURCE_DIR}")
    target_compile_definitions(${target} PRIVATE QT_NO_KEYWORDS)
    if("TORCH" IN_LIST flags OR "TORCH_TEST" IN_LIST flags)
        target_link_libraries(${target} PUBLIC LibTorch::LibTorch)
    endif()
    foreach(kind ${flags})
        string(TOLOWER "${kind}_pch" owner)
        lorashear_reuse(${target} ${owner})
    endforeach()
endfunction()

function(lorashear_reuse target owner)
    if(TARGET ${owner})
        target_precompile_headers(${target} REUSE_FROM ${owner})
        target_compile_options(${target} PRIVATE -fPIC)  # a precompiled header of libraries is refused under -fPIE
    endif()
endfunction()

# The keywords among TORCH, JSON and QT that were given.
macro(lorashear_flags)
    set(flags)
    foreach(kind TORCH JSON QT)  # one of them at most
        if(A_${kind})
            list(APPEND flags ${kind})
        endif()
    endforeach()
endmacro()

function(lorashear_library name)
    cmake_parse_arguments(A "TORCH;JSON;QT;HOT;APART" "" "SOURCES;LINK" ${ARGN})
    lorashear_flags()
    add_library(${name} STATIC ${A_SOURCES})
    target_link_libraries(${name} PUBLIC ${A_LINK})
    lorashear_configure(${name} "${flags}")
    if(NOT A_APART)
        lorashear_unity(${name})
    endif()
    if(LORASHEAR_TIDY AND NOT A_TORCH)
        set_target_properties(${name} PROPERTIES CXX_CLANG_TIDY "${LORASHEAR_CLANG_TIDY};--quiet")
        set_property(GLOBAL APPEND PROPERTY LORASHEAR_TIDIED ${name})
    endif()
    if(NOT A_HOT)
        lorashear_optimise_lightly(${name})
    endif()
endfunction()

# Eight sources compiled as one unit read their headers and instantiate LibTorch's and JSON's templates once; a changed file takes seven others with it. So the
# names in unnamed namespaces may not meet within a library (lint looks), and a `using` at the top of a file reaches the next one.
function(lorashear_unity target)
    if(LORASHEAR_UNITY)
        set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
    endif()
endfunction()

function(lorashear_optimise_lightly target)
    target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O1>)
endfunction()

function(lorashear_program name)
    cmake_parse_arguments(A "TORCH;JSON" "" "SOURCES;LINK" ${ARGN})
    lorashear_flags()
    add_executable(${name} ${A_SOURCES})
    # Beside each other, so that one program finds the other in the build folder as in an installation.
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
    target_link_libraries(${name} PRIVATE ${A_LINK})
    lorashear_configure(${name} "${flags}")
    lorashear_optimise_lightly(${name})
    if(A_JSON)
        lorashear_unity(${name})
    endif()
endfunction()

# What `#include "tst_x.moc"` at the end of a test includes. AUTOMOC would read all of LibTorch's and Qt's headers for it and compile an
# empty collecting unit besides: a tenth of the whole build.
function(lorashear_moc target)
    set(folder "${CMAKE_CURRENT_BINARY_DIR}/${target}_autogen/include")
    target_include_directories(${target} PRIVATE "${folder}")
    foreach(source ${ARGN})
        get_filename_component(base "${source}" NAME_WE)
        file(STRINGS "${source}" includes REGEX "^#include \"${base}\\.moc\"" LIMIT_COUNT 1)
        if(includes)
            add_custom_command(OUTPUT "${folder}/${base}.moc" VERBATIM
                COMMAND Qt6::moc "${CMAKE_CURRENT_SOURCE_DIR}/${source}" -o "${folder}/${base}.moc"
                DEPENDS "${source}")
            target_sources(${target} PRIVATE "${folder}/${base}.moc")
        endif()
    endforeach()
endfunction()

# Tests run without a display, in the C locale, with passive OpenMP waits and a time limit. Those of one folder that share a precompiled header share a
# program (lorashear_test_program) unless they are APART, as tests with definitions or dependencies of their own must be.
function(lorashear_test name)
    cmake_parse_arguments(A "TORCH;JSON;QT;APART" "LABEL;TIMEOUT" "SOURCES;LINK" ${ARGN})
    lorashear_flags()
    if(NOT A_TIMEOUT)
        set(A_TIMEOUT 300)
    endif()
    set(path "${CMAKE_CURRENT_BINARY_DIR}/${name}")
    if(LORASHEAR_UNITY AND NOT A_APART)
        get_filename_component(folder "${CMAKE_CURRENT_SOURCE_DIR}" NAME)
        string(TOLOWER "${flags}" kind)
        string(JOIN "_" program tests ${folder} ${kind})
        get_property(known DIRECTORY PROPERTY ${program})
        if(NOT known)
            cmake_language(EVAL CODE "cmake_language(DEFER CALL lorashear_test_program [[${program}]] [[${flags}]])")
        endif()
        set_property(DIRECTORY APPEND PROPERTY ${program} "${A_SOURCES}")
        set_property(DIRECTORY APPEND PROPERTY ${program}_LINK "${A_LINK}")
        file(CREATE_LINK "${program}" "${path}" SYMBOLIC)
        add_custom_target(${name} DEPENDS ${program})
    else()
        if(IS_SYMLINK "${path}")
            file(REMOVE "${path}")
        endif()
        add_executable(${name} ${A_SOURCES})
        lorashear_moc(${name} ${A_SOURCES})
        lorashear_configure_tests(${name} "${flags}" "${A_LINK}")
    endif()
    add_test(NAME ${name} COMMAND "${path}")
    set_tests_properties(${name} PROPERTIES
        LABELS "${A_LABEL}" TIMEOUT ${A_TIMEOUT}
        ENVIRONMENT "QT_QPA_PLATFORM=offscreen;LC_ALL=C;OMP_WAIT_POLICY=passive")
endfunction()

function(lorashear_configure_tests target flags link)
    target_link_libraries(${target} PRIVATE ${link} Qt6::Test)
    # With Qt's test library in the precompiled header a test takes two thirds of the time (tests/CMakeLists.txt has their owners).
    list(TRANSFORM flags APPEND _TEST)
    if(NOT flags)
        set(flags PLAIN_TEST)
    endif()
    lorashear_configure(${target} "${flags}")
    lorashear_optimise_lightly(${target})  # tests are compiled more often than they run
    target_compile_options(${target} PRIVATE ${lorashear_same_everywhere})
    target_compile_definitions(${target} PRIVATE
        LORASHEAR_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
        LORASHEAR_SHARED_DIR="${PROJECT_SOURCE_DIR}/../shared")
endfunction()

# One program of many tests: five files are one unit, as in a library, and there is one program to link. It is called by the name of the test that is to
# run, so that each has its process, its time limit and its line in the list as if it stood alone. Each file's names are in a namespace of the file's name.
function(lorashear_test_program program flags)
    get_property(sources DIRECTORY PROPERTY ${program})
    get_property(link DIRECTORY PROPERTY ${program}_LINK)
    list(REMOVE_DUPLICATES link)
    set(declarations "")
    set(rows "")
    set(units "")
    set(unit "")
    set(count 0)
    foreach(source ${sources})
        get_filename_component(name "${source}" NAME_WE)
        string(APPEND declarations "int ${name}_main(int argc, char** argv);\n")
        string(APPEND rows "    {\"${name}\", ${name}_main},\n")
        string(APPEND unit "#define main ${name}_main\n#include \"${CMAKE_CURRENT_SOURCE_DIR}/${source}\"\n#undef main\n")
        math(EXPR count "${count} + 1")
        math(EXPR rest "${count} % 5")
        list(LENGTH sources all)
        if(rest EQUAL 0 OR count EQUAL all)
            set(file "${CMAKE_CURRENT_BINARY_DIR}/${program}_${count}.cpp")
            file(CONFIGURE OUTPUT "${file}" CONTENT "@unit@" @ONLY)
            list(APPEND units "${file}")
            set(unit "")
        endif()
    endforeach()
    configure_file("${PROJECT_SOURCE_DIR}/tests/support/test_program.cpp.in" "${CMAKE_CURRENT_BINARY_DIR}/${program}.cpp" @ONLY)
    add_executable(${program} "${CMAKE_CURRENT_BINARY_DIR}/${program}.cpp" ${units})
    set_source_files_properties("${CMAKE_CURRENT_BINARY_DIR}/${program}.cpp" PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
    lorashear_moc(${program} ${sources})
    lorashear_configure_tests(${program} "${flags}" "${link}")
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")  # which takes whatever is included for a header that others include, too
        target_compile_options(${program} PRIVATE -Wno-subobject-linkage)
    endif()
endfunction()

# Compiles a text file of resources/ into a target as `extern const char lorashear::embedded::<symbol>[]`: what core needs at run time
# wherever it is installed.
function(lorashear_embed target symbol file)
    file(READ "${PROJECT_SOURCE_DIR}/${file}" _text)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/${file}")
    set(_output "${CMAKE_CURRENT_BINARY_DIR}/embedded_${symbol}.cpp")
    file(CONFIGURE OUTPUT "${_output}" @ONLY CONTENT [=[
namespace lorashear::embedded {
extern const char @symbol@[];
const char @symbol@[] = R"lorashear(@_text@)lorashear";
}
]=])
    target_sources(${target} PRIVATE "${_output}")
    set_source_files_properties("${_output}" PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
endfunction()
