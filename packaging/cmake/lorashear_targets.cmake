# Helpers that give every target of ours the same warnings, definitions and precompiled headers.
#
#   lorashear_library(name [TORCH] SOURCES … LINK …)   a static library of core or ui
#   lorashear_program(name [TORCH] SOURCES … LINK …)
#   lorashear_test(name LABEL label [TORCH] SOURCES … LINK …)
#   lorashear_embed(name symbol file)                   a resource as text in the program
#
# TORCH marks units that include LibTorch: they share one precompiled header, owned by torch_pch.

function(lorashear_configure target torch)
    target_compile_options(${target} PRIVATE -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion)
    if(LORASHEAR_WERROR)
        target_compile_options(${target} PRIVATE -Werror)
    endif()
    target_include_directories(${target} PUBLIC "${PROJECT_SOURCE_DIR}")
    target_compile_definitions(${target} PRIVATE QT_NO_KEYWORDS)
    if(torch)
        target_link_libraries(${target} PUBLIC LibTorch::LibTorch)
        if(LORASHEAR_PCH AND TARGET torch_pch)
            target_precompile_headers(${target} REUSE_FROM torch_pch)
        endif()
    endif()
endfunction()

function(lorashear_library name)
    cmake_parse_arguments(A "TORCH" "" "SOURCES;LINK" ${ARGN})
    add_library(${name} STATIC ${A_SOURCES})
    target_link_libraries(${name} PUBLIC ${A_LINK})
    lorashear_configure(${name} ${A_TORCH})
endfunction()

function(lorashear_program name)
    cmake_parse_arguments(A "TORCH" "" "SOURCES;LINK" ${ARGN})
    add_executable(${name} ${A_SOURCES})
    # Beside each other, so that one program finds the other in the build folder as in an installation.
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
    target_link_libraries(${name} PRIVATE ${A_LINK})
    lorashear_configure(${name} ${A_TORCH})
    if(A_TORCH)
        target_compile_options(${name} PRIVATE -fPIC)  # the precompiled header is refused under -fPIE
    endif()
endfunction()

# Tests run without a display, in the C locale, with passive OpenMP waits and a time limit.
function(lorashear_test name)
    cmake_parse_arguments(A "TORCH" "LABEL;TIMEOUT" "SOURCES;LINK" ${ARGN})
    if(NOT A_TIMEOUT)
        set(A_TIMEOUT 300)
    endif()
    add_executable(${name} ${A_SOURCES})
    set_target_properties(${name} PROPERTIES AUTOMOC ON)
    target_link_libraries(${name} PRIVATE ${A_LINK} Qt6::Test)
    lorashear_configure(${name} ${A_TORCH})
    # Build time: tests are compiled more often than they run (those with LibTorch must optimise as its precompiled header
    # does), and moc's collecting unit, which is empty here, would read all of LibTorch.
    if(NOT A_TORCH)
        target_compile_options(${name} PRIVATE $<$<CONFIG:Release>:-O1>)
    endif()
    set_source_files_properties("${CMAKE_CURRENT_BINARY_DIR}/${name}_autogen/mocs_compilation.cpp"
        PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
    target_compile_definitions(${name} PRIVATE
        LORASHEAR_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
        LORASHEAR_SHARED_DIR="${PROJECT_SOURCE_DIR}/../shared")
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES
        LABELS "${A_LABEL}" TIMEOUT ${A_TIMEOUT}
        ENVIRONMENT "QT_QPA_PLATFORM=offscreen;LC_ALL=C;OMP_WAIT_POLICY=passive")
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
