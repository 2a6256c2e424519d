# Finds LibTorch and makes the targets LibTorch::LibTorch (torch_cpu and c10 only) and LibTorch::gomp (the OpenMP runtime it uses).
#
# The wheel's own TorchConfig.cmake insists on a CUDA toolkit, which running on a processor does not need;
# we link the two libraries we use and open libtorch_cuda at run time when it is there.
# Looked at, in this order: Torch_DIR (a TorchConfig.cmake folder), each entry of CMAKE_PREFIX_PATH, $LORASHEAR_LIBTORCH,
# and the cache that packaging/fetch-libtorch.sh fills. The first two may be cache or environment variables.

set(_torch_roots)
foreach(_dir "${Torch_DIR}" "$ENV{Torch_DIR}")
    if(_dir)
        get_filename_component(_root "${_dir}/../../.." ABSOLUTE)
        list(APPEND _torch_roots "${_root}" "${_dir}")
    endif()
endforeach()
string(REPLACE ":" ";" _torch_prefixes "$ENV{CMAKE_PREFIX_PATH}")
list(APPEND _torch_roots ${CMAKE_PREFIX_PATH} ${_torch_prefixes} "$ENV{LORASHEAR_LIBTORCH}")
if(NOT "$ENV{XDG_CACHE_HOME}" STREQUAL "")
    list(APPEND _torch_roots "$ENV{XDG_CACHE_HOME}/lorashear/libtorch-2.15.0/torch")
endif()
list(APPEND _torch_roots "$ENV{HOME}/.cache/lorashear/libtorch-2.15.0/torch")

find_path(LibTorch_INCLUDE_DIR torch/csrc/api/include/torch/torch.h
          HINTS ${_torch_roots} PATH_SUFFIXES include NO_DEFAULT_PATH)
find_library(LibTorch_CPU_LIBRARY torch_cpu HINTS ${_torch_roots} PATH_SUFFIXES lib NO_DEFAULT_PATH)
find_library(LibTorch_C10_LIBRARY c10 HINTS ${_torch_roots} PATH_SUFFIXES lib NO_DEFAULT_PATH)

set(LibTorch_VERSION)
if(LibTorch_INCLUDE_DIR AND EXISTS "${LibTorch_INCLUDE_DIR}/torch/headeronly/version.h")
    set(_version_file "${LibTorch_INCLUDE_DIR}/torch/headeronly/version.h")
elseif(LibTorch_INCLUDE_DIR)
    set(_version_file "${LibTorch_INCLUDE_DIR}/torch/csrc/api/include/torch/version.h")
endif()
if(_version_file AND EXISTS "${_version_file}")
    file(STRINGS "${_version_file}" _lines REGEX "TORCH_VERSION_(MAJOR|MINOR|PATCH) [0-9]+")
    foreach(_part MAJOR MINOR PATCH)
        if("${_lines}" MATCHES "TORCH_VERSION_${_part} ([0-9]+)")
            list(APPEND _numbers ${CMAKE_MATCH_1})
        endif()
    endforeach()
    list(JOIN _numbers "." LibTorch_VERSION)
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(LibTorch
    REQUIRED_VARS LibTorch_CPU_LIBRARY LibTorch_C10_LIBRARY LibTorch_INCLUDE_DIR
    VERSION_VAR LibTorch_VERSION
    REASON_FAILURE_MESSAGE "run packaging/fetch-libtorch.sh, or pass -DTorch_DIR=<libtorch>/share/cmake/Torch")

# Old wheels and archives were built with the other string layout; linking them fails with pages of undefined symbols.
if(LibTorch_FOUND)
    file(STRINGS "${LibTorch_C10_LIBRARY}" _new_strings REGEX "NSt7__cxx1112basic_string" LIMIT_COUNT 1)
    if(NOT _new_strings)
        message(FATAL_ERROR "${LibTorch_C10_LIBRARY} was built with the old C++ ABI (_GLIBCXX_USE_CXX11_ABI=0). "
                "Take a LibTorch with the C++11 ABI; packaging/fetch-libtorch.sh brings one.")
    endif()
endif()

if(LibTorch_FOUND AND NOT TARGET LibTorch::LibTorch)
    find_package(Threads REQUIRED)
    get_filename_component(LibTorch_LIB_DIR "${LibTorch_CPU_LIBRARY}" DIRECTORY)
    # The OpenMP runtime that LibTorch brings, so that our threads are LibTorch's threads; where it brings none, it uses the system's.
    file(GLOB _gomp "${LibTorch_LIB_DIR}/libgomp*.so*")
    add_library(LibTorch::gomp INTERFACE IMPORTED)
    if(_gomp)
        list(GET _gomp 0 _gomp)
        set_target_properties(LibTorch::gomp PROPERTIES INTERFACE_LINK_LIBRARIES "${_gomp}")
    else()
        set_target_properties(LibTorch::gomp PROPERTIES INTERFACE_LINK_LIBRARIES gomp)
    endif()
    add_library(LibTorch::c10 SHARED IMPORTED)
    set_target_properties(LibTorch::c10 PROPERTIES IMPORTED_LOCATION "${LibTorch_C10_LIBRARY}")
    add_library(LibTorch::LibTorch SHARED IMPORTED)
    set_target_properties(LibTorch::LibTorch PROPERTIES
        IMPORTED_LOCATION "${LibTorch_CPU_LIBRARY}"
        # LibTorch is built with NDEBUG, and without it some classes of its headers have more members: a debug build of ours would
        # read past RecordFunction, for one.
        INTERFACE_COMPILE_DEFINITIONS "$<$<CONFIG:Debug>:NDEBUG>"
        INTERFACE_INCLUDE_DIRECTORIES
            "${LibTorch_INCLUDE_DIR};${LibTorch_INCLUDE_DIR}/torch/csrc/api/include"
        INTERFACE_LINK_LIBRARIES "LibTorch::c10;Threads::Threads"
        INTERFACE_LINK_OPTIONS "-Wl,-rpath-link,${LibTorch_LIB_DIR}")
endif()
mark_as_advanced(LibTorch_INCLUDE_DIR LibTorch_CPU_LIBRARY LibTorch_C10_LIBRARY)
