# Where things go on `cmake --install`, and how installed programs find LibTorch.
#
# In the build folder CMake writes LibTorch's folder into each program. An installed program looks first into the
# private folder beside it (lib/lorashear, filled with -DLORASHEAR_INSTALL_LIBTORCH=ON, as packages want it) and then
# where LibTorch lay when it was built (the cache). libtorch_cpu.so finds its own neighbours by its own RPATH ($ORIGIN).

include(GNUInstallDirs)
option(LORASHEAR_INSTALL_LIBTORCH "Copy LibTorch's libraries into the installation" OFF)

set(CMAKE_INSTALL_RPATH "$ORIGIN/../${CMAKE_INSTALL_LIBDIR}/lorashear" "$ORIGIN")
set(CMAKE_INSTALL_RPATH_USE_LINK_PATH ON)

# Called at the end of the top-level CMakeLists.txt, when every target exists.
function(lorashear_install)
    set(data "${CMAKE_INSTALL_DATADIR}/lorashear")
    foreach(program lorashear lorashear-studio)
        if(TARGET ${program})
            install(TARGETS ${program} RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
        endif()
    endforeach()
    # The engine as a plug-in, where the programs are built that way.
    foreach(plugin lorashear_engine lorashear-engine)
        if(TARGET ${plugin})
            get_target_property(kind ${plugin} TYPE)
            if(kind MATCHES "MODULE_LIBRARY|SHARED_LIBRARY")
                install(TARGETS ${plugin} LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}/lorashear")
            endif()
        endif()
    endforeach()

    install(DIRECTORY resources/models resources/data resources/recipes resources/bench resources/help resources/export DESTINATION "${data}")
    install(FILES resources/loadability.json DESTINATION "${data}")
    install(FILES resources/io.github.lorashear.Studio.desktop DESTINATION "${CMAKE_INSTALL_DATADIR}/applications")
    install(FILES resources/io.github.lorashear.Studio.metainfo.xml DESTINATION "${CMAKE_INSTALL_DATADIR}/metainfo")
    install(FILES resources/icons/io.github.lorashear.Studio.svg
            DESTINATION "${CMAKE_INSTALL_DATADIR}/icons/hicolor/scalable/apps")
    install(FILES LICENSE README.md CHANGELOG.md DESTINATION "${CMAKE_INSTALL_DOCDIR}")

    if(LORASHEAR_INSTALL_LIBTORCH)
        get_filename_component(torch_lib "${LibTorch_CPU_LIBRARY}" DIRECTORY)
        foreach(file libtorch_cpu.so libc10.so libgomp.so.1 libcudart.so.13 libcupti.so.13)
            if(EXISTS "${torch_lib}/${file}")
                install(PROGRAMS "${torch_lib}/${file}" DESTINATION "${CMAKE_INSTALL_LIBDIR}/lorashear")
            endif()
        endforeach()
    endif()
endfunction()
